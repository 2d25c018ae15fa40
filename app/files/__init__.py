"""Files: what was sent, received or attached, kept apart by tenant."""
