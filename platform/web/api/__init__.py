"""The REST interface, generated from the catalog: views of a few lines over the same services."""
