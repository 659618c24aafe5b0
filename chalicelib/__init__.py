"""Một Lần: fill a form once from what the State already holds. One folder per capability."""
