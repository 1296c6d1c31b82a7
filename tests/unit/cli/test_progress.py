"""A bar at a terminal, nothing in a pipe."""

import io

from mailbot.cli.progress import progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_person_sees_a_bar() -> None:
    """What is done is counted."""
    err = Terminal()

    with progress(err, "reading", 2) as step:
        step(1)
        step(1)

    assert "reading" in err.getvalue()
    assert "2/2" in err.getvalue()


def test_a_pipe_sees_nothing() -> None:
    """Not a single sign."""
    err = io.StringIO()

    with progress(err, "reading", 2) as step:
        step(1)

    assert "" == err.getvalue()
