"""Silence is an alarm: what is looked at every minute, who is told, and by which way."""
