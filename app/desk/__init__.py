"""The service desk: tickets, what was said in them, and who answers."""
