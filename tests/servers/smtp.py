"""The smtp server of the tests."""
