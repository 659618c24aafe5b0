"""Who may have whose data, and how people give their consent and take it back."""
