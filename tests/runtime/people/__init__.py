"""Who people are, and what they leave beside records."""
