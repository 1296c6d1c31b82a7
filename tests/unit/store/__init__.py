"""The ground, on both databases."""
