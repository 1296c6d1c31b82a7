"""Coverage-guided fuzzing of every reader; what it finds becomes a sample of the property tests."""
