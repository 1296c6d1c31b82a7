"""Step 2: raw bytes become parts and documents, inside a child that can do nothing else."""
