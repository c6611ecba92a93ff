"""The tests. Folders follow the floors; ``architecture/`` holds the rules of the house."""
