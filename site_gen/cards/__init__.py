"""Cards for link previews: fonts read, text fitted into a width, drawings checked and drawn.

What a card says is in `site/cards.py`, and how it looks is a template of SVG.
"""
