"""Pictures made into what is published of them: bytes in, bytes out, all else is data.

It is the only room that loads Pillow, which takes longer than most builds, so `making.py` is
imported by name where there is a picture to make.
"""
