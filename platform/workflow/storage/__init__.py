"""Where work that waits is kept: the only place of this floor that knows SQL."""
