"""The dovecot server of the tests."""
