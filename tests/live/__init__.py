"""Tests against accounts of somebody's; deselected unless asked for."""
