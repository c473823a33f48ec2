"""The command on a real terminal: a pty."""

import os
import re
from pathlib import Path

import pytest


def lines_of(text: str) -> list[str]:
    """The lines that were on the terminal at any time, without escape sequences."""
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", text).splitlines() if line.strip()]


class Screen:
    """What a terminal shows: the few sequences that a live picture uses."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._lines = [""]
        self._row = self._column = 0

    def lines(self) -> list[str]:
        """What is to be seen, blank lines left out."""
        return [line.rstrip() for line in self._lines if line.strip()]

    def feed(self, text: str) -> "Screen":
        """Take what was written."""
        for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\s\S]", text):
            if token == "\r":
                self._column = 0
            elif token == "\n":
                self._down()
            elif token.endswith("A") and len(token) > 1:
                self._row -= int(token[2:-1])
            elif token == "\x1b[2K":
                self._lines[self._row] = ""
            elif len(token) == 1:
                self._put(token)
            else:
                assert token[-1] in "mhl", token
        return self

    def _put(self, character: str) -> None:
        if self._column == self._columns:
            self._column = 0
            self._down()
        line = self._lines[self._row].ljust(self._column)
        self._lines[self._row] = line[: self._column] + character + line[self._column + 1 :]
        self._column += 1

    def _down(self) -> None:
        self._row += 1
        if self._row == len(self._lines):
            self._lines.append("")


@pytest.fixture
def go(tmp_path: Path) -> Path:
    """A FIFO that the model waits at."""
    os.mkfifo(tmp_path / "go")
    return tmp_path / "go"


def test_picture_of_a_run_that_goes_on(on_terminal, config, go: Path, tmp_path: Path) -> None:
    """The stages with their time, the end of the log while it runs, and the result as the last line."""
    config(f"for n in 1 2 3 4 5 6 7 8 9 10; do echo step $n; done; cat {go} > /dev/null")

    def when_the_log_is_seen(text: str) -> None:
        if "step 10" in text and not released:
            released.append(go.write_text("go"))

    released: list[int] = []
    code, text = on_terminal("pipeline", "run.yml", TERM="xterm", meanwhile=when_the_log_is_seen)
    lines = lines_of(text)
    log = tmp_path / "sims/sea/.rompy/attempts/1/stdout.log"
    assert code == 0
    assert "  step 10" in lines
    assert "  step 2" not in lines
    assert str(log) in lines
    assert any(re.fullmatch(r"run \.\.\. 0\.\d\d s", line) for line in lines)
    assert [line for line in lines if line.startswith("generate ... done in ")]
    assert lines[-1] == str(tmp_path / "sims/sea")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1


def test_picture_of_a_run_that_failed(on_terminal, config, tmp_path: Path) -> None:
    """What failed in red, the end of the log, and where all of it is."""
    config("echo no bottom.grd >&2; exit 3")
    code, text = on_terminal("pipeline", "run.yml", TERM="xterm")
    lines = lines_of(text)
    sea = tmp_path / "sims/sea"
    assert code == 1
    assert "\x1b[1;31mrun ... FAILED after " in text
    assert "  no bottom.grd" in lines
    assert lines[-2].startswith("Error: Run 'sea' failed: echo ended with exit code 3")
    assert lines[-1] == f"Record: {sea}/.rompy"


def test_no_colour_where_none_is_wanted(on_terminal, config) -> None:
    """NO_COLOR takes the colours, not the picture."""
    config("exit 3")
    _, text = on_terminal("pipeline", "run.yml", TERM="xterm", NO_COLOR="1")
    assert "FAILED after" in text
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", text) is None


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {}])
def test_dumb_terminal_gets_plain_lines(on_terminal, config, environment: dict[str, str]) -> None:
    """Not a single escape sequence where nothing is known about the terminal."""
    config()
    code, text = on_terminal("pipeline", "run.yml", **environment)
    assert code == 0
    assert "\x1b" not in text
    assert "generate ... done in" in text


def test_log_lines_stand_above_the_picture(on_terminal, config, go: Path, tmp_path: Path) -> None:
    """A warning that comes while the picture is shown does not tear it: the picture's lines are erased first."""
    (tmp_path / "rompy_plugins.py").write_text(
        "import logging\nfrom rompy_hooks import hookimpl\n\n@hookimpl\ndef on_event(event):\n"
        "    if event.kind == 'step_ended':\n        logging.getLogger('rompy').warning('from a watcher')\n"
    )
    config(f"cat {go}")

    def when_the_step_is_seen(text: str) -> None:
        if "  run ... " in text and not released:
            released.append(go.write_text("go"))

    released: list[int] = []
    _, text = on_terminal("pipeline", "run.yml", TERM="xterm", meanwhile=when_the_step_is_seen)
    assert text.count("warning: from a watcher") == 1
    assert "\x1b[2Kwarning: from a watcher\r\n" in text


def test_interrupt_key_ends_the_run(config, terminal_session, tmp_path: Path) -> None:
    """Ctrl-C reaches the whole foreground group at once; still the model ends in order and the record is written."""
    asked, wait = tmp_path / "asked", "while :; do sleep 0.05; done"
    config(f"trap 'echo asked > {asked}; sleep 0.5; exit 0' TERM; exec 2>/dev/null; echo {'x' * 300}; {wait}")

    def press(text: str) -> bytes:
        return b"\x03" if "  xxx" in text else b""

    code, text = terminal_session("run", "run.yml", press=press)
    assert code == 130
    assert "run ... ending (SIGINT) " in text
    assert asked.read_text() == "asked\n"
    assert (tmp_path / "sims/sea/.rompy/record.json").is_file()
    assert "^C" in text
    folder = tmp_path / "sims/sea/.rompy/attempts/1"
    assert [re.sub(r"[0-9.]+ s\b", "T s", line) for line in Screen(200).feed(text).lines()] == [
        "generate ... done in T s",
        "run ... FAILED after T s",
        "  run ... FAILED after T s",
        "SIGINT: ending the run and all its processes; once more kills them",
        f"{folder}/stdout.log",
        "  " + "x" * 193 + "…",
        f"Error: Run 'sea' failed: trap was ended: SIGINT. Log: {folder}/stdout.log",
        f"Record: {folder.parent.parent}",
    ]
