"""The published catalogue: what registers, forms and texts are, as dated, immutable data. Knows no kind."""
