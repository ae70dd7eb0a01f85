"""A site in the browser of whoever writes it."""
