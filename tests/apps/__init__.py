"""The packages that are shipped: their definitions, their demo data, and both at work."""
