"""
What the linters do not hold: sizes, the one broad except, words that must not stand in our source.

Docstrings, prints and imports are ruff's; types are mypy's; the arrows are import-linter's.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, functions, modules, name, tracked, tree

FILE_LINES = 300
FUNCTION_LINES = 60
TEXT = {".py", ".toml", ".md", ".html", ".txt", ".sh", ".cfg", ".ini", ".service", ""}
# Spelt in pieces, so that this file does not break its own rules.
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|\braise NotImplemented" + r"Error")
WORKPLACE = re.compile(r"(?<![\w.-])/wo" + r"rk/(?:main|shared|\.)|\bissue #?\d|\bAI assist", re.IGNORECASE)
REGISTRY = re.compile(
    r"\b(?:py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)|deb\.deb" + r"ian\.org"
    r"|cra" + r"tes\.io|ruby" + r"gems\.org|docker\.(?:io|com))\b"
)


def texts() -> list[Path]:
    """Every text file of the project; samples of mail, and the bytes that fuzzing found, are none."""
    files = (path for path in tracked() if path.name != "LICENSE" and "found" not in path.parts)
    return [path for path in files if path.suffix in TEXT]


def found(pattern: "re.Pattern[str]", paths: list[Path]) -> list[str]:
    """Where a pattern stands, as file:line."""
    places = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                places.append(f"{name(path)}:{number}")
    return places


def test_files_are_small() -> None:
    """A file that has grown beyond this is two things."""
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {} == {path: lines for path, lines in sizes.items() if lines > FILE_LINES}


def test_functions_are_small() -> None:
    """A function that has grown beyond this is two things. A migration never changes again."""
    long = {
        f"{name(path)}:{node.name}": lines
        for path in modules()
        if "migrations" not in path.parts
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }

    assert {} == long


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it catches what we did not think of and goes on."""
    named = ast.unparse(handler.type) if handler.type else "BaseException"
    catches = bool({"Exception", "BaseException"} & set(re.findall(r"\w+", named)))
    last = handler.body[-1]
    goes_on = not (isinstance(last, ast.Raise) and last.exc is None)
    return catches and goes_on


def test_one_broad_except() -> None:
    """Only the engine survives an error that nobody thought of; clearing up and raising on is no survival."""
    broad = [
        name(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]

    assert 1 == len(broad), broad
    assert broad[0].startswith("mailbot/engine/")


def test_nothing_is_left_unfinished() -> None:
    """No marker of unfinished work stands in the package."""
    assert [] == found(UNFINISHED, modules())


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names the place or the people it was written by."""
    assert [] == found(WORKPLACE, texts())


def test_no_registry_host_is_named() -> None:
    """Where packages come from is the business of the machine, not of this repository."""
    assert [] == found(REGISTRY, texts())


def test_no_patching() -> None:
    """Fakes implement the port for real; nothing is patched."""
    patching = re.compile(
        r"unittest\.mo" + r"ck|import mo" + r"ck\b|monkeypatch\.set" + r"attr|pytest_mo" + r"ck"
    )

    assert [] == found(patching, modules(ROOT / "tests"))


@pytest.mark.parametrize("path", modules(ROOT / "tests"), ids=name)
def test_every_test_states_its_fact(path: Path) -> None:
    """Each test function has a docstring that says what is so."""
    silent = [
        node.name for node in functions(path) if node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert [] == silent


def quoted(node: ast.Raise) -> set[str]:
    """The names that a raised error's text is made of."""
    if not isinstance(node.exc, ast.Call):
        return set()  # raised again
    made = ast.unparse(node.exc.func).split(".")[-1]
    if not made[0].isupper() or made == "ConfigError":
        return set()  # made by a function, whose own lines are looked at; or about the operator's own words
    names = set()
    for argument in node.exc.args:
        for inner in ast.walk(argument):
            # type(error).__name__ is a word of ours, the error itself is not
            if isinstance(inner, ast.FormattedValue) and isinstance(inner.value, ast.Name):
                names.add(inner.value.id)
            elif isinstance(inner, ast.Call) and ast.unparse(inner.func) in {"str", "repr"}:
                names.update(ast.unparse(held) for held in inner.args)
        if isinstance(argument, ast.Name):
            names.add(argument.id)
    return names


def test_no_error_quotes_a_stranger() -> None:
    """The text of an error is our own: never an untrusted value, never another error's text."""
    quoting = [
        f"{name(path)}:{node.lineno} {word}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise)
        for word in quoted(node)
        if word.startswith("untrusted_") or word in {"error", "exc", "e", "exception"}
    ]

    assert [] == quoting


def test_nothing_is_opened_at_import() -> None:
    """No module of the package calls something that opens, connects or starts at its top level."""
    opening = re.compile(r"^(?:\w+\.)*(?:open|connect|socket|Thread|start|Popen|run|create_engine|fork)$")
    calls = [
        f"{name(path)}:{call.lineno}"
        for path in modules()
        for statement in tree(path).body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef | ast.If)
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and opening.match(ast.unparse(call.func))
    ]

    assert [] == calls


def test_the_package_is_there() -> None:
    """The tests of this file look at something."""
    assert len(modules(PACKAGE)) > 20
