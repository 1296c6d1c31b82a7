"""Step 3: documents become CPI records; also inside the child."""
