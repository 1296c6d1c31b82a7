"""The doors: one file per sub-command."""
