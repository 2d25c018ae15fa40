"""Running the house: evaluation, sample data, doctor."""
