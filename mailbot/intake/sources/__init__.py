"""One file per kind of mailbox."""
