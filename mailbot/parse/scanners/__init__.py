"""One file per virus scanner."""
