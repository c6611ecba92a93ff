"""How it looks. Holds no rule."""
