"""Who works in a tenant, how they get in, and what they may see of each other."""
