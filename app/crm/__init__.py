"""Customers: accounts are companies, contacts the people there, and a timeline says what happened with them."""
