"""Commands that have modules of their own; `cli` names them."""
