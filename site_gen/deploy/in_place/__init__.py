"""Targets whose files change one by one: object stores and folders."""
