"""`forms learn`: the vocabulary and its examples become `learned.json`."""

from pathlib import Path
from typing import TextIO

import msgspec

from mailbot import resources
from mailbot.errors import ConfigError

NEEDS = "learning needs scikit-learn: pip install 'mailbot[learn]'"


def run(folder: Path | None, target: Path, out: TextIO, err: TextIO) -> int:
    """0 when the file was written; a site puts it into the folder `vocabulary` of its definitions."""
    from mailbot.record import forms
    from mailbot.record.lessons import Wordings, lessons

    definitions = forms.load(folder)
    path = resources.find("config/vocabulary/wordings.toml", folder / "vocabulary" if folder else None)
    try:
        wordings = msgspec.toml.decode(path.read_bytes(), type=Wordings)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise ConfigError(f"{path.parent.name}/{path.name}: {error}") from error
    known = lessons(definitions, wordings)
    print(
        f"Learning {len(known.labels):,} labels and {len(known.headings):,} headings: half a minute.",
        file=err,
    )
    try:
        from mailbot.record.learn import learn

        learned = learn(definitions, known)
    except ImportError:
        raise ConfigError(NEEDS) from None
    target.mkdir(parents=True, exist_ok=True)
    file = target / "learned.json"
    file.write_bytes(msgspec.json.encode(learned) + b"\n")
    print(
        f"{file}: {len(learned.labels.weights):,} features. Put it into the folder vocabulary of your site.",
        file=out,
    )
    return 0
