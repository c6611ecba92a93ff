"""What a record does."""
