"""What a record **does**. Knows no request, no template, no approval."""
