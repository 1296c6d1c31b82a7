"""
Hostile mail: one small, inert, generated message for each threat, each with a control that must be accepted.

`cases` says what a case is, the other modules make them, `threats.toml` and `lessons.toml` name the test of
every threat and of every accident of other systems.
"""
