"""National and provincial registers: how each is asked, and what its reply means. Knows no form."""
