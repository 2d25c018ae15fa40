"""The operator console: tenants, health, jobs and quarantined mail of one cell, and nothing of a tenant's own data."""
