"""Step 4: the queue, and what handlers decide."""
