"""A finished site on its way to static hosting: planned, carried out, looked at, gone back from."""
