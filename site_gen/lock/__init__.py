"""The figures that a site shows, as they were accepted: `values.lock`, and what differs from it.

Importing this package loads nothing: take what is needed from the module that has it.

- `model`: the `Lock` and what is in it
- `reader`: the text of `values.lock` → `Lock`
- `writer`: `Lock` → the text of `values.lock`
- `changes`: a lock and documents → what differs, and the lock that they make
- `wording`: a change in words
"""
