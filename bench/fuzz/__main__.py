"""
Fuzzes one reader under atheris:   python -m bench.fuzz READER CORPUS… [libFuzzer's options]

A crash, two seconds of CPU time, a minute of any time or 900 MB end the run and leave the bytes behind.
"""

import sys
import warnings

import atheris  # type: ignore[import-untyped,unused-ignore]

with atheris.instrument_imports(
    include=["mailbot.parse", "pypdf", "oxmsg", "tnefparse", "olefile", "striprtf"]
):
    from bench.fuzz.targets import target


def main() -> None:
    """Never returns but for the time limit."""
    warnings.simplefilter("ignore")
    once = target(sys.argv[1])
    options = ["-timeout=60", "-rss_limit_mb=900", "-max_len=32768", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[2:]], once, enable_python_coverage=True)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
