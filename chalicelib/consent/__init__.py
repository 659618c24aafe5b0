"""Who may have whose data: today one's own, at identity level 2."""
