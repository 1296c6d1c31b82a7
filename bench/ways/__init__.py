"""Each file is one way of taking in a mailbox, run as a process of its own and timed from within."""
