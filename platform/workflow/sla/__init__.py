"""Service levels: clocks that start, pause and stop as records change, and what is done in time."""
