"""Sessions that a vendor's mailbox and way out share, and the one way by which HTTPS leaves this machine."""
