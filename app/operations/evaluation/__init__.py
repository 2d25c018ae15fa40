"""The whole house on one machine for a look at it: a real PostgreSQL, web, worker and mail under one roof."""
