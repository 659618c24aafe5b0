"""Kinds that all slices share: the dictionary of items, texts, clients."""
