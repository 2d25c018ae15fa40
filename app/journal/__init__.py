"""The journal: what happened, written with the change itself, sealed, and read by whatever follows from it."""
