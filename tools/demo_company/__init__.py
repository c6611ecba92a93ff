"""Invents the demo company of the standard CRM: the same company for the same seed."""
