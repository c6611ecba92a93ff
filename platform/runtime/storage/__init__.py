"""Where records are kept: the only place that knows SQL."""
