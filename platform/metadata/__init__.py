"""What an application **is**. Knows no record, no table, no page."""
