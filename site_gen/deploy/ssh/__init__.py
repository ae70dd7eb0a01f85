"""A folder of another machine, over ssh: releases side by side, and a link to the live one."""
