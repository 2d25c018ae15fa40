"""Mail: a customer's letter comes in whole, is understood, and the answer goes out once."""
