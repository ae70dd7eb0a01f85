"""Markdown in, Document out: parsing, front matter, math, highlighting, rendering."""
