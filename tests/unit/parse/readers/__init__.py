"""The tests of `mailbot.parse.readers`."""
