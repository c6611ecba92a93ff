"""What leaves the system for people: mails and notices, filled in, sent, kept account of."""
