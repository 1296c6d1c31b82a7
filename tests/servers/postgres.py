"""The postgres server of the tests."""
