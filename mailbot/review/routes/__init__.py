"""The ways to the desks: a port and its adapters."""
