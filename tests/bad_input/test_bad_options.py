"""Options of the command that cannot be: overrides, backends and processors by name or file."""

import pytest

OPTIONS = [
    pytest.param(
        ["-o", "backend.timeout"],
        "-o backend.timeout: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid",
        id="o no =",
    ),
    pytest.param(
        ["-o", ""],
        "-o : is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid",
        id="o empty",
    ),
    pytest.param(
        ["-o", "config.run_id.x=3"],
        "-o config.run_id.x=3: config.run_id.x: 'config.run_id' is a single value, so it has no key 'x'",
        id="o through scalar",
    ),
    pytest.param(
        ["-o", "backend.timout=3"],
        (
            "-o backend.timout=3: backend: 'local' has no key 'timout'. Did you mean 'timeout'? Keys: command, "
            "env_vars, expect, grace_period, launcher, memory, on_driver_loss, ranks, shell, steps, stream_output, "
            "threads, timeout, working_dir"
        ),
        id="o unknown key",
    ),
    pytest.param(
        ["-o", "bakend.timeout=3"],
        (
            "-o bakend.timeout=3: bakend: a pipeline file has no section 'bakend'. Did you mean 'backend'? Sections: "
            "config, backend, postprocessor, pipeline"
        ),
        id="o unknown section",
    ),
    pytest.param(
        ["-o", "backend.timeout=3x"],
        (
            "-o backend.timeout=3x: backend.timeout: must be a number of seconds, or a text such as 90s, 15M "
            "(minutes), 2H30m, 1D or PT6H, got '3x'"
        ),
        id="o type",
    ),
    pytest.param(
        ["-o", "backend.ranks=two"],
        "-o backend.ranks=two: backend.ranks: must be a whole number, got 'two' (text)",
        id="o int",
    ),
    pytest.param(
        ["-o", "backend.shell=yes"],
        "-o backend.shell=yes: backend.shell: must be true or false, got 'yes' (text)",
        id="o bool",
    ),
    pytest.param(
        ["-o", "backend.steps[2].name=a"],
        (
            "-o backend.steps[2].name=a: backend.steps[2].name: 'backend.steps' is an empty list; the first item to "
            "add has the index 0"
        ),
        id="o index",
    ),
    pytest.param(
        ["-o", "config.run_id=../x"],
        (
            "-o config.run_id=../x: config.run_id: '../x' is no run_id: it must begin with a letter or digit and "
            "hold letters, digits, and . _ + - only"
        ),
        id="o run_id",
    ),
    pytest.param(
        ["-o", "config.run_id=a\x00b"],
        "-o config.run_id=a\\0b: config.run_id: holds a NUL character, which no path, command or variable can hold",
        id="o nul",
    ),
    pytest.param(
        ["-o", "postprocessor[0]=noop"],
        "-o postprocessor[0]=noop: postprocessor[0]: 'postprocessor' is a single value, so it has no item [0]",
        id="o list key",
    ),
    pytest.param(
        ["-o", "=3"],
        "-o =3: is not of the form key=value, such as backend.timeout=3600 or steps[0].name=grid",
        id="o key empty",
    ),
    pytest.param(
        ["-o", "backend.type=locl"],
        "-o backend.type=locl: backend.type: no run backend is called 'locl'. Did you mean 'local'?"
        " Known: docker, local",
        id="o backend type",
    ),
    pytest.param(
        ["-o", "backend=locl"],
        "-o backend=locl: backend: no run backend is called 'locl'. Did you mean 'local'? Known: docker, local",
        id="o backend",
    ),
    pytest.param(
        ["-o", "config.period.end=2022-01-01"],
        (
            "-o config.period.end=2022-01-01: config.period.end: must be after start, got 2023-01-01T00:00:00 to "
            "2022-01-01T00:00:00"
        ),
        id="o period",
    ),
    pytest.param(
        ["--backend", "locl"],
        "--backend: no run backend is called 'locl'. Did you mean 'local'? Known: docker, local",
        id="--backend unknown",
    ),
    pytest.param(
        ["--backend", "noop"],
        "--backend: no run backend is called 'noop'. Known: docker, local",
        id="--backend name loses",
    ),
    pytest.param(["--backend", "hpc.yml"], "hpc.yml: no such file", id="--backend file missing"),
    pytest.param(
        ["--processor", "noob"],
        "--processor: no processor is called 'noob'. Did you mean 'noop'? Known: noop",
        id="--processor unknown",
    ),
    pytest.param(["--processor", "plots.yml"], "plots.yml: no such file", id="--processor file missing"),
    pytest.param(
        ["--backend", ""], "--backend: no run backend is called ''. Known: docker, local", id="--backend empty"
    ),
]


@pytest.mark.parametrize(("words", "message"), OPTIONS)
def test_option_that_is_wrong_is_refused(refused, words: list[str], message: str) -> None:
    """An override is told as it was written, with the key that it names."""
    assert refused("run.yml", *words) == message


FILES = [
    pytest.param(
        {"hpc.yml": "type: local\ncommand: 'true'\ntimeout: -1\n"},
        ["--backend", "hpc.yml"],
        "hpc.yml:3: timeout: must be > 0, got -1",
        id="--backend file bad",
    ),
    pytest.param(
        {"hpc.yml": "- local\n"},
        ["--backend", "hpc.yml"],
        "hpc.yml:1: the file is a list; a config is a mapping of keys, such as 'run_id: test'",
        id="--backend file list",
    ),
    pytest.param(
        {"plots.yml": "checksum: true\n"},
        ["--processor", "plots.yml"],
        "plots.yml:1: needs key 'type'; known: noop",
        id="--processor file no type",
    ),
]


@pytest.mark.parametrize(("files", "words", "message"), FILES)
def test_file_of_an_option_that_is_wrong_is_refused(
    project, refused, files: dict[str, str], words: list[str], message: str
) -> None:
    """A backend's own file is told by its own name and line."""
    for name, content in files.items():
        project.write(name, content)
    assert refused("run.yml", *words) == message
