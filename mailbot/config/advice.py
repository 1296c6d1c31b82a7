"""What is allowed, and yet worth a sentence before real reports come in."""

from pathlib import Path

from mailbot.config.secret import named_secrets, open_to_all
from mailbot.config.shapes import Config


def advice(config: Config) -> list[str]:
    """What is allowed and yet worth a sentence; `mailbot check` prints it."""
    sentences = [
        f"{where}_file: everybody may read this file; make its mode 0400"
        for file, _, where in named_secrets(config)
        if file and open_to_all(Path(file))
    ]
    if not config.mailbot.production:
        sentences.append(
            "[mailbot] → production: is false; adapters that are unsafe in production are allowed"
        )
    if config.acknowledge.enabled and config.acknowledge.require_authenticated:
        sentences += [
            f'[[mailboxes]] "{box.name}" → authserv_ids: is empty; no sender can be authenticated, '
            "so nobody will be sent an acknowledgement"
            for box in config.mailboxes
            if not (box.authserv_ids or box.border_hosts or box.local_dkim)
        ]
    console = config.console
    if console.public_url.startswith("https://") and not console.trusted_proxy:
        sentences.append(
            "[console] → trusted_proxy: is empty; everybody seems to come from the proxy's address, and one"
            " person's mistyped passwords make others wait"
        )
    sentences += [
        f'[[mailboxes]] "{box.name}" → local_dkim: who runs the DNS of a sender sees that we asked, and when'
        for box in config.mailboxes
        if box.local_dkim
    ]
    return sentences
