"""The tests of `mailbot.parse`."""
