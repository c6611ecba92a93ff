"""Measures Typecase against an application written by hand; ``python -m bench``."""
