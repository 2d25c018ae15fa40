"""Any bytes that call themselves a mail are read as well as they can be, and what was broken is said."""
