"""One file per way by which an alert reaches a person."""
