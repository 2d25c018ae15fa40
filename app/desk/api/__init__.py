"""Tickets and their messages for other programs (REST)."""
