"""The site as a whole: its index, links, templates and feeds."""
