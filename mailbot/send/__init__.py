"""Step 5: acknowledgements, at most once, that say nothing."""
