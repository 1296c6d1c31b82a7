"""Step 1: from the mailbox into the raw store; the server is told last."""
