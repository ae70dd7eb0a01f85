"""What `:::{name}` blocks and `` {name}`…` `` roles do, one module a directive."""
