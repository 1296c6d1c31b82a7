"""
The files that travel with mailbot: `templates/` and `config/`, which a site's own folder may override.

In a checkout they stand at the top; the wheel carries them as `mailbot/data`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "data" if (_PACKAGE / "data").is_dir() else _PACKAGE.parent


def find(name: str, override: Path | None = None) -> Path:
    """The file `name` ("templates/acknowledge/body.txt"): the site's, or ours."""
    if override is not None and (own := override / Path(name).name).is_file():
        return own
    return _ROOT / name


def folder(name: str, pattern: str, override: Path | None = None) -> list[Path]:
    """The files of a folder ("config/forms", "*.toml") by name; the site's replace ours of the same name."""
    files = {path.name: path for path in (_ROOT / name).glob(pattern)}
    if override is not None:
        files |= {path.name: path for path in override.glob(pattern)}
    return [files[key] for key in sorted(files)]
