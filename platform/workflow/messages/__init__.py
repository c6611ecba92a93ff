"""What leaves the system for people: mails and short messages, filled in, sent, kept account of."""
