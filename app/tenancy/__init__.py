"""A room with a lock of its own for every tenant: databases, roles, migrations, jobs, and the way in by host name."""
