"""
Counts for `tests/run`, and the rule that in CI nothing is skipped.

A plugin: `MAILBOT_TALLY` names a file that gets "passed failed skipped" and the reasons of the skips;
with `CI=true` a skipped test fails the run, so that a missing server cannot look like success. Where the
tests are shared out among several processes, the first one hears of all of them, and counts.
"""

import os
from collections import Counter
from pathlib import Path

import pytest


class Tally:
    """What became of the tests of one run."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()
        self.reasons: dict[str, str] = {}

    def add(self, node: str, *, phase: str, outcome: str, reason: str) -> None:
        """One report; a test that breaks while it is set up or cleared away has failed."""
        if outcome == "failed":
            self.failed.add(node)
        elif outcome == "skipped":
            self.reasons[node] = reason
        elif phase == "call":
            self.passed.add(node)

    def lines(self) -> list[str]:
        """The counts, then a line for each reason, the commonest first."""
        counts = f"{len(self.passed - self.failed)} {len(self.failed)} {len(self.reasons)}"
        common = Counter(self.reasons.values()).most_common()
        return [counts, *(f"  {count} x {reason}" for reason, count in common)]


_KEY = pytest.StashKey[Tally]()


def nothing_may_be_skipped() -> bool:
    """In CI every server is there."""
    return os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    if hasattr(config, "workerinput"):
        return
    config.stash[_KEY] = Tally()
    config.pluginmanager.register(_Reports(config.stash[_KEY]), "mailbot-tally")


class _Reports:
    """Hears of every test and of every file that could not be collected."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if hasattr(report, "wasxfail"):
            return
        self.tally.add(report.nodeid, phase=report.when or "", outcome=report.outcome, reason=str(reason))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        self.tally.add(report.nodeid, phase="collect", outcome=report.outcome, reason=str(reason))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped where it must not; then write the counts down."""
    tally = session.config.stash.get(_KEY, None)
    if tally is None:
        return
    if nothing_may_be_skipped() and tally.reasons and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if path := os.environ.get("MAILBOT_TALLY"):
        Path(path).write_text("\n".join(tally.lines()) + "\n", encoding="utf-8")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why a run without a failed test has failed."""
    if nothing_may_be_skipped() and config.stash[_KEY].reasons:
        terminalreporter.write_line("CI: a skipped test fails the run", red=True)
