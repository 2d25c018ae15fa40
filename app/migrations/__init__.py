"""How the databases came to be what they are: two linear histories, `control` (the cell) and `tenant` (each tenant).

A migration is a file `NNNN_name.sql`, or `NNNN_name.py` with `async def up(connection)`, run once per database in one
transaction of its own. Its first line is a comment (in Python the docstring) with one sentence for the operator who
watches it run. A migration that was released is never changed: write the next one. Tenant migrations run as the role
that owns the tenant's database and grant nothing: the runner does.
"""
