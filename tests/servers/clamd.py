"""The clamd server of the tests."""
