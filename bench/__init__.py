"""Measurements of the service in its real process set; see README.md for how to read them."""
