"""A static-site generator for technical blogs: math, code and figures are all made while building.

Nothing is imported here, so that `site_gen.setup` can run before any dependency is installed.
"""

__version__ = "0.1.0"
