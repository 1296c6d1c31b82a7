"""The demonstration's way in: once, for one, never in production."""

import re
from pathlib import Path

import pytest

from mailbot.config import Config, Console, General
from mailbot.errors import ConfigError
from mailbot.store.unit import Store
from mailbot.web.app import create_app
from mailbot.web.desk import Desk
from mailbot.web.pages import everything
from mailbot.web.pages.demo import Demo
from tests.unit.web.conftest import Clock, Office


def test_the_address_lets_in_once(office: Office) -> None:
    """Looking uses nothing up; the button lets one browser in, and nobody after it."""
    demo = Demo(office.desk)
    app = create_app(office.desk, [*everything(office.desk), demo])
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(demo.path).text)
        assert found
        client.environ_base["HTTP_PROOF"] = found[1]

    entered = [
        client.post(demo.path, data={"csrf_token": client.environ_base["HTTP_PROOF"]}).status_code
        for client in (first, second)
    ]

    assert [302, 404] == entered
    assert "Signed in as demo" in first.get("/queue").text
    assert 200 == first.get("/audit").status_code
    assert 302 == second.get("/queue").status_code
    assert 404 == second.get("/once/another").status_code


def test_it_refuses_production(sqlite_store: Store, tmp_path: Path) -> None:
    """Nothing that a configuration says brings it there."""
    console = Console(public_url="https://console.police.example")
    config = Config(mailbot=General(data=tmp_path, production=True), console=console)

    with pytest.raises(ConfigError, match="production"):
        Demo(Desk(config, sqlite_store, sqlite_store.vault, Clock()))
