"""The way in: sets site_gen up where that is needed, then runs it.

    python3 build.py          builds the blog into _site/
    python3 build.py test     runs the tests
    python3 build.py --help   lists the rest

This file keeps to syntax that every Python still met can read, so that one too old gets a line
instead of a traceback.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "site_gen needs Python 3.11 or newer; this is {}.{}\n".format(*sys.version_info[:2])
    )
    sys.exit(2)

from site_gen.setup import set_up

# Worker processes import this file again where there is no fork, and must not build the site again.
if __name__ == "__main__":
    set_up(sys.argv[1:])

    # Only now can the dependencies be imported.
    from site_gen.cli import main

    main(sys.argv[1:])
