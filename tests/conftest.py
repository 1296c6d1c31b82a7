"""Real servers on free loopback ports, one per run; each fixture's file says what it starts."""

pytest_plugins = [
    "tests.house.silence",
    "tests.house.tally",
    "tests.house.moments",
    "tests.house.order",
    "tests.servers.postgres",
    "tests.servers.dovecot",
    "tests.servers.smtp",
    "tests.servers.clamd",
    "tests.servers.exchange",
]
