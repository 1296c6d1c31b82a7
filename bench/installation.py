"""A mailbot to be measured: its configuration, keys and empty database."""

import subprocess
import sys
from pathlib import Path

MAILBOT = Path(sys.executable).parent / "mailbot"
CONFIGURATION = """\
[mailbot]
data = "{data}"
disk_reserve_mb = 64

[[mailboxes]]
name = "bench"
kind = "imap"
addresses = ["partnership@police.example"]
host = "127.0.0.1"
port = {port}
tls = "none"
username = "{user}"
password_env = "BENCH_PASSWORD"
authserv_ids = ["mx.police.example"]

[acknowledge]
enabled = true
kind = "folder"
from = "Education Partnership Team <partnership@police.example>"
require_authenticated = false
delay_seconds = [3600, 3600]

[acknowledge.limits]
per_address_day = 100000
per_domain_day = 100000
total_day = 100000

[sandbox]
mode = "{sandbox}"

[engine]
readers = {readers}
"""


def install(folder: Path, port: int, user: str, readers: int = 2, sandbox: str = "required") -> Path:
    """Make one in `folder`; gives the path of its configuration."""
    subprocess.run([MAILBOT, "init", "--dir", folder], check=True, capture_output=True)
    path = folder / "mailbot.toml"
    path.write_text(
        CONFIGURATION.format(data=folder / "data", port=port, user=user, readers=readers, sandbox=sandbox),
        encoding="utf-8",
    )
    return path
