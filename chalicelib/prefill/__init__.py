"""Prefill: the fewest register calls for a form, a value or a named reason for every field."""
