"""Webhooks: other systems are called when something happened, and call us."""
