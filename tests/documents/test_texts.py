"""The messages and folders that pages show as text are those of the code."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rompy_hooks
from rompy_core import words_of
from rompy_hooks import ResolvedStep, RompyError, RunConfig

ROOT = Path(__file__).parents[2]
PACKAGES = ("rompy_core", "builtin_plugins", "rompy_hooks")

#: What stands for something else in examples (names of programs, hosts and people), and words of Jinja2's own.
_VALUES = (
    r"""404 Not Found|No filter named|access to attribute|'[^']*'|"[^"]*"|\S*[/_.:{}]\S*|\d{2,}"""
    r"|swan\.exe|\bann\b|node1|Errfile|PRINT"
)


def texts_on(page: str) -> list[str]:
    """The blocks of text of a page."""
    return re.findall(r"^```text\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@cache
def constants() -> str:
    """All texts of the code, parts of f-strings one after the other as they are joined, each value a gap."""
    found: list[str] = []
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
            docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
            for node in nodes:
                if id(node) in docstrings:
                    continue
                if isinstance(node, ast.JoinedStr):
                    found.append("".join(_constant(part) for part in node.values))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return " \0 ".join(found)


def _constant(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "\0"


def phrases_of(line: str) -> list[str]:
    """The words of a message between what differs from case to case."""
    parts = re.split(_VALUES, line)
    return [phrase for part in parts for phrase in re.split(r"[;:,.?()]", part) if len(phrase.split()) > 1]


def is_in_the_code(phrase: str) -> bool:
    """Whether it stands there, in one piece or put together of two."""
    words = phrase.split()
    splits = [(" ".join(words[:number]), " ".join(words[number:])) for number in range(len(words))]
    return any(first in constants() and second in constants() for first, second in splits)


MESSAGES = [
    line
    for page in ("docs/reference/template.md", "docs/reference/record.md")
    for text in texts_on(page)
    if ".rompy/\n" not in text
    for line in text.splitlines()
]


@pytest.mark.parametrize("message", MESSAGES)
def test_message_on_a_page_is_made_of_words_of_the_code(message: str) -> None:
    """A message that is changed in the code is changed on the page."""
    assert [phrase for phrase in phrases_of(message) if not is_in_the_code(phrase)] == []


def test_messages_are_looked_at() -> None:
    """The check would find a message that nobody writes."""
    assert len(MESSAGES) > 15
    assert sum(len(phrases_of(message)) for message in MESSAGES) > 30
    assert phrases_of("swan.exe exited badly but 'x' is there") == [" exited badly but ", " is there"]
    assert not is_in_the_code("exited quite badly but")


def test_folder_on_the_page_is_what_a_run_leaves(host: Any) -> None:
    """Every name in ``.rompy/`` of the drawing, after two attempts at a model that logs and fails like SWAN."""
    (drawing,) = [text for text in texts_on("docs/reference/record.md") if ".rompy/\n" in text]
    expect = {"error_files": ["Errfile"], "logs": ["PRINT"], "outputs": ["out.nc"]}
    command = "cp INPUT out.nc; echo x >Errfile; echo x >PRINT"
    model = host.model(config=host.template(INPUT="a", more={"expect": expect, "command": command}))
    model.run()
    model.run()
    inside = drawing.partition(".rompy/\n")[2]
    names = re.findall(r"([A-Za-z]+\.(?:jsonl|json|sh|log)|\block\b(?= {5})|attempts/1|Errfile|PRINT)", inside)
    assert len(names) == 11
    found = {path.name for path in model.staging_dir.rglob(".rompy/**/*")} | {"attempts/1"}
    assert [name for name in names if name not in found] == []


def test_table_of_launchers_is_what_is_started() -> None:
    """Each row, read as a config file would be."""
    page = (ROOT / "docs/how-to/run-in-steps.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[^`]*`(?:, )?)+|neither) \| `(.*)` \|$", page, re.MULTILINE)
    assert len(rows) == 5
    step = ResolvedStep(name="waves", command=("./waves",), parallel=True, stdout=Path("o"), stderr=Path("e"))
    for given, started in rows:
        keys: dict[str, Any] = dict(each.split(": ", 1) for each in re.findall(r"`(.*?)`", given))
        ranks = int(keys["ranks"]) if "ranks" in keys else None
        config = RunConfig(ranks=ranks, launcher=keys.get("launcher"))
        assert " ".join(words_of(step, config, shell=True)) == started


def test_exit_codes_on_the_page_are_those_of_the_errors() -> None:
    """And 0."""
    page = (ROOT / "docs/reference/command.md").read_text(encoding="utf-8")
    errors = [
        error for error in vars(rompy_hooks).values() if isinstance(error, type) and issubclass(error, RompyError)
    ]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == sorted(
        {0} | {error.exit_code for error in errors}
    )


def test_arrows_on_the_page_are_those_of_import_linter() -> None:
    """The contract that is checked, in its order."""
    (arrows,) = texts_on("docs/explanation/architecture.md")
    configured = re.findall(r"^layers = (\[.*\])$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert re.findall(r"\w+_\w+", arrows) == ast.literal_eval(configured[0])
