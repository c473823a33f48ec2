"""Every block of code in README.md and docs/ is executed or checked, page by page, in a folder of its own.

What a block is for is told by its language, and by the text above it: a paragraph that ends in "`NAME`:" says that the
block is the file NAME. Blocks of one page share that folder, the shell's environment and Python's names.
"""

import configparser
import doctest
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import attrs
import pytest

from builtin_plugins.local import LocalConfig
from builtin_plugins.template import TemplateConfig
from rompy_core import create_plugin_manager, read_pipeline_file
from rompy_core.model_run import ModelRunKeys
from rompy_core.model_run_file import SECTIONS

ROOT = Path(__file__).parents[2]
PAGES = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page]

#: Commands that need a network or minutes: why they are not executed here, and what does it.
NOT_HERE = {
    "./scripts/try": "installs ANUGA from a package registry; .ci/run executes it",
    "./scripts/test": "is what executes this test",
    "pip install 'rompy-core[fsspec]'": "needs a package registry; the extra is part of the tests' environment",
}

#: Blocks of text that are compared with what is printed by tests of their own.
COMPARED_BY = {
    ("docs/reference/command.md", "text"): "tests/rompy_core/cli/test_command_page.py",
    ("docs/reference/record.md", "text"): "tests/documents/test_texts.py",
    ("docs/reference/template.md", "text"): "tests/documents/test_texts.py",
    ("docs/explanation/architecture.md", "text"): "tests/documents/test_texts.py",
}

#: What a page needs that is more than small: it is left out where that isn't there.
ANUGA = ROOT / ".venvs" / "try" / "bin" / "anuga_toml_run"
NEEDS = {"docs/tutorial/tsunami.md": ANUGA}

#: What pages have from examples/.
EXAMPLES = {"README.md": "tsunami/rompy_plugins.py", "docs/how-to/run-in-steps.md": "steps"}

#: Pages whose Python blocks are the parts of one file, but for those that are files themselves.
MODULES = {"docs/how-to/write-a-plugin.md": "rompy_plugins.py"}

_MODEL_RUN = """\
{key}run_id: swan-06
{key}output_dir: sims
{key}config: {{model_type: template, template: template/, raw: [my_model], command: ./my_model}}
"""
#: Files that pages talk of without showing them.
GIVEN = {
    "template/my_model": "#!/bin/sh\necho computing\necho 1 >result.nc\n",
    "run.yml": _MODEL_RUN.format(key=""),
    "pipeline.yml": f"config:\n{_MODEL_RUN.format(key='  ')}backend: {{type: local}}\n",
    "swan.yml": f"config:\n{_MODEL_RUN.format(key='  ')}backend: {{type: local}}\n",
    "data/bathymetry.nc": "depth\n",
    "parts/north.yml": "run_id: north\n",
    "parts/cluster.toml": "type = 'local'\n",
    "parts/grid-step.json": '{"name": "grid", "command": ["true"]}',
}

#: Variables that config files on pages use.
VARIABLES = {"CYCLE": "2024010106", "SITE": "north", "TOKEN": "sesame"}

_BLOCK = re.compile(r"^( *)(`{3,})(.*)\n((?:.*\n)*?)\1\2$", re.MULTILINE)
_OLD_RUNS = shutil.ignore_patterns("sims", "__pycache__")
_FILE_ABOVE = re.compile(r"`([\w./-]+\.\w+)`:\s*\Z")


@attrs.frozen
class Block:
    """One block of code of a page."""

    line: int
    language: str
    code: str
    #: The file that it is, where the text above says so.
    file: str | None


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a page; what has a directive's name in braces is Sphinx's."""
    for match in _BLOCK.finditer(text):
        language = match[3].strip()
        if not language.startswith("{"):
            above = _FILE_ABOVE.search(text[: match.start()])
            line = text.count("\n", 0, match.start()) + 1
            yield Block(line, language, dedent(match[4]), above[1] if above else None)


class Page:
    """A page while its blocks are executed."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.names: dict[str, Any] = {"__name__": "snippet"}
        self._do: Mapping[str, Callable[[Block], None]] = {
            "python": self.run_python,
            "pycon": self.run_python_session,
            "sh": self.run_shell,
            "bash": self.run_bash,
            "console": self.run_shell_session,
            "yaml": self.check_config,
            "toml": self.check_toml,
            "ini": self.check_setup_cfg,
            "json": self.check_json,
        }
        for file, text in GIVEN.items():
            self.write(file, text)
            (folder / file).chmod(0o755)
        example = ROOT / "examples" / EXAMPLES.get(name, "")
        if example.is_file():
            shutil.copy(example, folder)
        elif name in EXAMPLES:
            shutil.copytree(example, folder, ignore=_OLD_RUNS, dirs_exist_ok=True)
        self.write("bin/rompy", f'#!/bin/sh\nexec {sys.executable} -P -m rompy_core "$@"\n')
        self.write("bin/python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
        pip = Path(__file__).with_name("pip_without_registry.py")
        self.write("bin/pip", f'#!/bin/sh\nexec {sys.executable} {pip} {folder / "site"} "$@"\n')
        for program in (folder / "bin").iterdir():
            program.chmod(0o755)
        path = [str(folder / "site"), *filter(None, [os.environ.get("PYTHONPATH")])]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ROMPY_")}
        self.environ = {
            **kept,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": ":".join(path),
            "HOME": str(folder),
            "NO_COLOR": "1",
        }

    def execute(self, block: Block) -> None:
        """Do what its language says; a block that nobody executes or compares is a fault of the page."""
        if (self.name, block.language) in COMPARED_BY or block.code.strip() in NOT_HERE:
            return
        if block.file is not None:
            self.write(block.file, block.code)
            if block.language in {"sh", "text"}:  # what uses it executes it
                return
        elif block.language not in self._do:
            language = block.language or "text"
            raise AssertionError(f"{self.name}:{block.line}: nobody executes this block of {language!r}")
        if block.language in self._do:
            try:
                self._do[block.language](block)
            except Exception as error:
                raise AssertionError(f"{self.name}:{block.line}: {error}") from error

    def write(self, file: str, text: str) -> None:
        """Make a file in the page's folder."""
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_text(text)

    def run_python(self, block: Block) -> None:
        """Execute a module or a part of one; what the page makes of its parts is there as a file, too."""
        if block.file is None and self.name in MODULES:
            with (self.folder / MODULES[self.name]).open("a") as file:
                file.write(block.code)
        exec(compile("\n" * block.line + block.code, self.name, "exec"), self.names)

    def run_python_session(self, block: Block) -> None:
        """Execute a session of the interpreter and compare what it prints."""
        test = doctest.DocTestParser().get_doctest(block.code, self.names, self.name, self.name, block.line)
        told: list[str] = []
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append, clear_globs=False)
        self.names.update(test.globs)
        assert not told, "".join(told)

    def run_shell(self, block: Block) -> None:
        """Execute a script; it must end well."""
        done = self.shell(block.code)
        if done.returncode:
            raise AssertionError(f"exit code {done.returncode}: {done.stdout}")

    def run_bash(self, block: Block) -> None:
        """Execute what only bash understands."""
        subprocess.run(["bash", "-ec", block.code], cwd=self.folder, env=self.environ, check=True, timeout=100)

    def run_shell_session(self, block: Block) -> None:
        """Execute each command and compare what it prints; one that fails must show what it prints."""
        for command, shown in re.findall(r"^\$ (.*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", block.code, re.MULTILINE):
            done = self.shell(command.replace("\n> ", "\n"))
            alike = doctest.OutputChecker().check_output(shown, done.stdout, doctest.ELLIPSIS)
            if not alike if shown.strip() else done.returncode:
                raise AssertionError(f"$ {command}\nshown:\n{shown}\nprinted:\n{done.stdout}")

    def shell(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script in the folder and the environment that the last one left."""
        state = self.folder / "bin" / ".state"
        keep = _quoted(f'code=$?; export -p >"{state}"; echo "cd \'$PWD\'" >>"{state}"; exit $code')
        begin = f". {state}" if state.exists() else ":"
        return subprocess.run(
            ["/bin/sh", "-ec", f"trap '{keep}' EXIT\n{begin}\n{script}"],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=100,
        )

    def check_config(self, block: Block) -> None:
        """Read a config file; a part of one is put where its keys belong."""
        if block.file is None:
            self.write("part.yml", whole_config(block.code))
        local = self.folder / "rompy_plugins.py"
        manager = create_plugin_manager(environ={}, local_file=local if local.is_file() else None)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in VARIABLES.items():
                patch.setenv(name, value)
            read_pipeline_file(self.folder / (block.file or "part.yml"), plugin_manager=manager)

    def check_toml(self, block: Block) -> None:
        """Parse it; what is in a pyproject.toml is used by the commands that follow."""
        tomllib.loads(block.code)

    def check_setup_cfg(self, block: Block) -> None:
        """Each entry point is of a group that rompy looks for."""
        parser = configparser.ConfigParser()
        parser.read_string(block.code)
        assert set(parser["options.entry_points"]) <= {"rompy", "rompy.commands"}

    def check_json(self, block: Block) -> None:
        """Each line is a document."""
        for line in block.code.splitlines():
            json.loads(line)


def _quoted(text: str) -> str:
    return text.replace("'", "'\\''")


def whole_config(part: str) -> str:
    """A config file around a part of one: a section, keys of a model run, of a model config, or of ``local``."""
    if "run_id:" in part or part.startswith("config:"):
        return part
    keys = set(re.findall(r"^(\w+):", part, re.MULTILINE))
    model_run = "config:\n  run_id: part\n"
    template = f"{model_run}  config:\n    model_type: template\n    template: template/\n"
    command = "" if keys & {"command", "steps"} else "    command: ./my_model\n"
    places: list[tuple[set[str], str, str]] = [
        (set(SECTIONS), f"{template}{command}", ""),
        (_keys_of(ModelRunKeys), model_run, "  "),
        (_keys_of(TemplateConfig), f"{template}{command}", "    "),
        (_keys_of(LocalConfig), f"{template}{command}backend:\n  type: local\n", "  "),
    ]
    for known, before, margin in places:
        if keys and keys <= known:
            return before + indent(part, margin)
    raise AssertionError(f"these keys belong together nowhere: {', '.join(sorted(keys))}")


def _keys_of(cls: type[Any]) -> set[str]:
    return {field.name for field in attrs.fields(cls)}


@pytest.fixture
def page_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Page]:
    """Makes pages, in the test's folder, which is the working directory."""

    def make(name: str) -> Page:
        if name == "docs/tutorial/tsunami.md":
            # What ./scripts/try does, without installing anything.
            shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=_OLD_RUNS)
            (tmp_path / ".venvs").symlink_to(ROOT / ".venvs")
            page = Page(name, tmp_path)
            script = 'PATH="$PWD/.venvs/try/bin:$PATH" rompy pipeline examples/tsunami/pipeline.yml'
            page.run_shell(Block(0, "sh", script, None))
            return page
        return Page(name, tmp_path)

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ROMPY_")]:
        monkeypatch.delenv(name)
    return make


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "name", [pytest.param(page, marks=pytest.mark.slow) if page in NEEDS else page for page in PAGES]
)
def test_page_does_what_it_shows(name: str, page_of: Callable[[str], Page]) -> None:
    """All its blocks, in order."""
    if name in NEEDS and not NEEDS[name].exists():
        pytest.skip(f"{NEEDS[name].name} is not installed; .ci/run executes this page")
    page = page_of(name)
    for block in blocks_of((ROOT / name).read_text(encoding="utf-8")):
        page.execute(block)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```text\nx\n```\n", "page.md:1: nobody executes this block of 'text'"),
        ("\n```\nx\n```\n", "page.md:2: nobody executes this block of 'text'"),
        ("```perl\nx\n```\n", "page.md:1: nobody executes this block of 'perl'"),
        ("```python\n1 / 0\n```\n", "page.md:1: division by zero"),
        ("```sh\nexit 3\n```\n", "page.md:1: exit code 3: "),
        ("```console\n$ echo a\nb\n```\n", "page.md:1: $ echo a\nshown:\nb\n\nprinted:\na\n"),
        ("```yaml\nbakend: {type: local}\n```\n", "page.md:1: these keys belong together nowhere: bakend"),
    ],
)
def test_block_that_is_wrong_is_told_with_its_line(text: str, told: str, page_of: Callable[[str], Page]) -> None:
    """So are blocks that nobody executes."""
    (block,) = blocks_of(text)
    page = page_of("page.md")
    with pytest.raises(AssertionError) as caught:
        page.execute(block)
    assert str(caught.value).startswith(told)


def test_blocks_of_a_page_share_files_names_and_the_shell(page_of: Callable[[str], Page]) -> None:
    """A file that the text names, a variable, a working directory."""
    page = page_of("page.md")
    text = """
Write `notes/a.txt`:

```text
hello
```

```sh
cd notes
WORD=$(cat a.txt)
export WORD
```

```console
$ echo $WORD; cat a.txt; false
hello
h...o
```

```python
n = 1
```

```pycon
>>> n + 1
2
```
"""
    for block in blocks_of(text):
        page.execute(block)


def test_lists_of_exceptions_are_about_what_is_there() -> None:
    """A command that no page shows any more, or a test that is gone, has to go from the lists."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in PAGES}
    shown = {block.code.strip() for text in texts.values() for block in blocks_of(text)}
    inline = " ".join(texts.values())
    assert [command for command in NOT_HERE if command not in shown and command not in inline] == []
    for (name, language), checker in COMPARED_BY.items():
        assert (ROOT / checker).is_file(), checker
        assert language in {block.language for block in blocks_of(texts[name])}, name
