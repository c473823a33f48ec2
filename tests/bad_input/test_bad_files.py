"""Files that are no config: whole files, YAML, includes, variables, JSON and TOML."""

import pytest

GOOD = "config: {run_id: sea}\nbackend: {type: local, command: 'true'}\n"

FILES = [
    pytest.param(
        "run.yml",
        GOOD.encode() + b"\0\0",
        "run.yml:3: has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text",
        id="nul bytes",
    ),
    pytest.param(
        "run.yml", b"", "run.yml: the file is empty; a config is a mapping of keys, such as 'run_id: test'", id="empty"
    ),
    pytest.param(
        "run.yml",
        b"# nothing\n# here\n",
        "run.yml: the file is empty; a config is a mapping of keys, such as 'run_id: test'",
        id="comments",
    ),
    pytest.param(
        "run.yml",
        b"- a\n- b\n",
        "run.yml:1: the file is a list; a config is a mapping of keys, such as 'run_id: test'",
        id="list top",
    ),
    pytest.param(
        "run.yml",
        b"hello\n",
        "run.yml:1: the file is a single value; a config is a mapping of keys, such as 'run_id: test'",
        id="scalar top",
    ),
    pytest.param(
        "run.yml",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "run.yml:3: has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text",
        id="binary",
    ),
    pytest.param("run.yml", GOOD.encode("utf-16"), "run.yml: is UTF-16 text; save it as UTF-8", id="utf16"),
    pytest.param(
        "run.yml",
        GOOD.encode("utf-16-le"),
        "run.yml:1: has a NUL byte, so it is binary or UTF-16; save it as UTF-8 text",
        id="utf16le",
    ),
    pytest.param(
        "run.yml",
        GOOD.encode() + "# é".encode("latin-1"),
        "run.yml:3: is not UTF-8 text: it has the byte 0xE9; save it as UTF-8",
        id="latin1",
    ),
    pytest.param(
        "run.txt",
        GOOD,
        "run.txt: has the suffix '.txt'; config files are YAML (.yml, .yaml), TOML (.toml) or JSON (.json)",
        id="suffix",
    ),
    pytest.param(
        "run",
        GOOD,
        "run: has no suffix; config files are YAML (.yml, .yaml), TOML (.toml) or JSON (.json)",
        id="nosuffix",
    ),
    pytest.param(
        "run.yml",
        ("config: &a\n  config: *a\n"),
        "run.yml:2: config.config: *a stands inside of &a, so it would contain itself",
        id="anchor loop",
    ),
    pytest.param("run.yml", ("config:\n\trun_id: a\n"), "run.yml:2: a tab in the indentation; use spaces", id="tab"),
    pytest.param(
        "run.yml",
        ("config:\nbackend: local\n"),
        "run.yml:1: config: must be a mapping with the keys of a model run (run_id, period, ...), got null",
        id="config null",
    ),
    pytest.param(
        "run.yml",
        ("config: sea\nbackend: local\n"),
        ("run.yml:1: config: must be a mapping with the keys of a model run (run_id, period, ...), got 'sea' (text)"),
        id="config text",
    ),
    pytest.param(
        "run.yml",
        ("config: [a]\nbackend: local\n"),
        "run.yml:1: config: must be a mapping with the keys of a model run (run_id, period, ...), got a list",
        id="config list",
    ),
    pytest.param(
        "run.yml",
        ("backend: local\n"),
        "run.yml:1: needs key 'config', which holds the model run: run_id, period, ...",
        id="no config",
    ),
    pytest.param(
        "run.yml",
        ("run_id: sea\nbackend: local\n"),
        "run.yml:2: backend: cannot stand beside run_id; put the keys of the model run under 'config'",
        id="model top + pipeline keys",
    ),
    pytest.param(
        "run.yml", "a: " + "[" * 5000, "run.yml:1: mappings and lists are nested deeper than 100 levels", id="deep"
    ),
    pytest.param(
        "run.yml",
        GOOD + "---\n" + GOOD,
        "run.yml:3: more than one document in a file; remove the '---' and what follows it",
        id="two docs",
    ),
    pytest.param(
        "run.json",
        '{"config": {"run_id": "a", "x": NaN}}',
        "run.json:1: JSON has no NaN; write null, or use YAML or TOML",
        id="json nan",
    ),
    pytest.param(
        "run.json",
        ('{"config": {"run_id": "a",\n "run_id": "b"}}'),
        "run.json:2: config.run_id: is given twice, first in line 1; keep one of them",
        id="json dup",
    ),
    pytest.param(
        "run.json",
        '{"config": {"run_id": "a",}}',
        "run.json:1: is not JSON: expecting property name enclosed in double quotes (column 27)",
        id="json trailing",
    ),
    pytest.param(
        "run.json",
        ('{\n // hm\n"config": {"run_id": "a"}}'),
        ("run.json:2: is not JSON: expecting property name enclosed in double quotes (column 2); JSON has no comments"),
        id="json comment",
    ),
    pytest.param(
        "run.json",
        '["a"]',
        "run.json:1: the file is a list; a config is a mapping of keys, such as 'run_id: test'",
        id="json array",
    ),
    pytest.param("run.json", "{} {}", "run.json:1: is not JSON: extra data (column 4)", id="json two"),
    pytest.param(
        "run.toml",
        ("[config]\nrun_id = sea\n"),
        "run.toml:2: is not TOML: invalid value (column 10); text needs quotes",
        id="toml syntax",
    ),
    pytest.param(
        "run.toml",
        ('[config]\nrun_id = "a"\nrun_id = "b"\n'),
        "run.toml:3: is not TOML: a key is given twice; keep one of them (column 13)",
        id="toml dup",
    ),
    pytest.param(
        "run.toml",
        ('[config]\nrun_id = "a"\n[config]\noutput_dir = "b"\n'),
        "run.toml:3: is not TOML: the table [config] is given twice; keep its keys in one place (column 8)",
        id="toml dup table",
    ),
    pytest.param(
        "run.toml",
        ('[config]\nrun_id = "a"\n[backend]\ntype="local"\ncommand="true"\nranks="4"\n'),
        "run.toml:6: backend.ranks: must be a whole number, got '4' (text)",
        id="toml type",
    ),
    pytest.param(
        "run.toml",
        ('[config]\nrun_id = "a"\n[config.period]\nstart=2023-01-02\nend=2023-01-01\n'),
        "run.toml:5: config.period.end: must be after start, got 2023-01-02T00:00:00 to 2023-01-01T00:00:00",
        id="toml date",
    ),
]


@pytest.mark.parametrize(("name", "content", "message"), FILES)
def test_file_that_is_no_config_is_refused(project, refused, name: str, content: str | bytes, message: str) -> None:
    """What is wrong with the file as a whole is told with its name and the line to look at."""
    project.write(name, content)
    assert refused(name) == message


NO_FILES = [
    pytest.param("ruin.yml", "ruin.yml: no such file. Did you mean 'run.yml'?", id="missing file"),
    pytest.param(
        "confs/run.yml", "confs/run.yml: no such file: the folder 'confs' does not exist", id="missing folder"
    ),
    pytest.param("template", "template: is a folder; name a file in it", id="directory"),
]


@pytest.mark.parametrize(("name", "message"), NO_FILES)
def test_file_that_cannot_be_read_is_refused(project, refused, name: str, message: str) -> None:
    """A file that is not there, and what is no file."""
    assert refused(name) == message


YAML = [
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\nbackends: local"),
        (
            "run.yml:13: backends: a pipeline file has no section 'backends'. Did you mean 'backend'? Sections: "
            "config, backend, postprocessor, pipeline"
        ),
        id="unknown section",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\noutput_dir: x"),
        (
            "run.yml:13: output_dir: a pipeline file has no section 'output_dir'. Did you mean config.output_dir? "
            "Sections: config, backend, postprocessor, pipeline"
        ),
        id="unknown section2",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npostprocessor: noop"),
        "run.yml:13: postprocessor: is given twice, first in line 12; keep one of them",
        id="dup key",
    ),
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  run_id: land"),
        "run.yml:3: config.run_id: is given twice, first in line 2; keep one of them",
        id="dup key deep",
    ),
    pytest.param(
        "'true'",
        "*cmd",
        "run.yml:11: backend.command: *cmd has no &cmd above it",
        id="anchor unknown",
    ),
    pytest.param(
        "'true'",
        "!python/object x",
        (
            "run.yml:11: backend.command: !python/object is an unknown tag. Known: !include, !!str, !!int, !!float, "
            "!!bool, !!null, !!map, !!seq"
        ),
        id="bad tag",
    ),
    pytest.param(
        "'true'",
        "!includ x.yml",
        (
            "run.yml:11: backend.command: !includ is an unknown tag. Did you mean '!include'? Known: !include, "
            "!!str, !!int, !!float, !!bool, !!null, !!map, !!seq"
        ),
        id="bad tag2",
    ),
    pytest.param(
        "'true'",
        "'true",
        "run.yml:11: the closing quote is missing of the text that begins here",
        id="unclosed",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: sea: b",
        "run.yml:2: a ': ' where no key can be; check indents, quotes and the line above",
        id="colon",
    ),
    pytest.param(
        "run_id:",
        "run_id",
        "run.yml:3: a ': ' where no key can be; check indents, quotes and the line above",
        id="no colon",
    ),
    pytest.param(
        "vars: {nx: 10}",
        "vars: {nx: 10",
        "run.yml:8: a ',' or '}' is missing in the mapping that begins here with '{'",
        id="flow open",
    ),
    pytest.param(
        "  output_dir: sims",
        "   output_dir: sims",
        "run.yml:3: a ': ' where no key can be; check indents, quotes and the line above",
        id="indent",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    1: 2"),
        "run.yml:9: config.config: the key 1 is a number here; write it in quotes: '1'",
        id="key number",
    ),
    pytest.param(
        "vars: {nx: 10}",
        "vars: {1: 10}",
        "run.yml:8: config.config.vars: the key 1 is a number here; write it in quotes: '1'",
        id="vars key number",
    ),
    pytest.param(
        "'true'",
        "!include run.yml",
        "run.yml:11: backend.command: cannot include 'run.yml': it includes itself: run.yml -> run.yml",
        id="include self",
    ),
    pytest.param(
        "'true'",
        "!include template",
        "run.yml:11: backend.command: cannot include 'template': is a folder; name a file in it",
        id="include dir",
    ),
    pytest.param(
        "'true'",
        "!include [a, b]",
        "run.yml:11: backend.command: !include takes the path of one file",
        id="include list",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ${RUN_NAME}",
        "run.yml:2: config.run_id: the variable RUN_NAME is not set. Set it, or write ${RUN_NAME:-default}",
        id="undefined var",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ${HOEM}",
        (
            "run.yml:2: config.run_id: the variable HOEM is not set. Did you mean 'HOME'? Set it, or write "
            "${HOEM:-default}"
        ),
        id="undefined near var",
    ),
    pytest.param(
        "'true'",
        "!include ${NOPE}/x.yml",
        "run.yml:11: backend.command: the variable NOPE is not set. Set it, or write ${NOPE:-default}",
        id="include undefined var",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ${HOME|upper}",
        "run.yml:2: config.run_id: ${HOME} has no filter 'upper'. Known: as_datetime, shift, strftime",
        id="bad filter",
    ),
    pytest.param(
        "2023-01-01",
        '"${CYCLE:-2023|as_datetim}"',
        (
            "run.yml:4: config.period.start: ${CYCLE} has no filter 'as_datetim'. Did you mean 'as_datetime'? Known: "
            "as_datetime, shift, strftime"
        ),
        id="bad filter near",
    ),
    pytest.param(
        "2023-01-01",
        '"${CYCLE:-20230101|as_datetime|shift:soon}"',
        (
            "run.yml:4: config.period.start: ${CYCLE|shift}: shift needs a duration such as -3h, +1d or 1d12h (units "
            "w, d, h, m, s), got 'soon'"
        ),
        id="bad filter arg",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ${HOME",
        "run.yml:2: config.run_id: '${HOME' has no closing '}'; write '$${' for a plain '${'",
        id="unclosed expr",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: ${ROMPY_T:-3x}"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got '3x'"
        ),
        id="var type",
    ),
    pytest.param(
        ("config:\n  run_id: sea"),
        ("confg:\n  run_id: sea"),
        (
            "2 faults\n"
            "  run.yml:1: confg: a pipeline file has no section 'confg'. Did you mean 'config'? Sections: config, "
            "backend, postprocessor, pipeline\n"
            "  run.yml:1: needs key 'config', which holds the model run: run_id, period, ..."
        ),
        id="misspelt config",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\n'': 3"),
        "run.yml:13: \"\": a pipeline file has no section ''. Sections: config, backend, postprocessor, pipeline",
        id="empty key",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: s\x07ea",
        "run.yml:2: has the control character U+0007; remove it",
        id="ctrl char",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), YAML)
def test_yaml_that_is_wrong_is_refused(project, refused, old: str, new: str, message: str) -> None:
    """Each fault of the text has the line where it stands."""
    project.change(old, new)
    assert refused("run.yml") == message


INCLUDES = [
    pytest.param(
        {"backend.yml": "type: local\n"},
        ("backend:\n  type: local\n  command: 'true'"),
        "backend: !include bakend.yml",
        "run.yml:9: backend: cannot include 'bakend.yml': no such file. Did you mean 'backend.yml'?",
        id="include missing",
    ),
    pytest.param(
        {"backend.yml": "type: local\ncommand: !include run.yml\n"},
        ("backend:\n  type: local\n  command: 'true'"),
        "backend: !include backend.yml",
        (
            "backend.yml:2: backend.command: cannot include 'run.yml': it includes itself: run.yml -> backend.yml -> "
            "run.yml"
        ),
        id="include cyclic",
    ),
    pytest.param(
        {"e.yml": ""},
        "'true'",
        "!include e.yml",
        "run.yml:11: backend.command: cannot include 'e.yml': the file is empty",
        id="include empty",
    ),
    pytest.param(
        {"backend.yml": "type: local\ncommand: 'true'\ntimeout: soon\n"},
        ("backend:\n  type: local\n  command: 'true'"),
        "backend: !include backend.yml",
        (
            "backend.yml:3: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), "
            "2H30m, 1D or PT6H, got 'soon'"
        ),
        id="include bad inside",
    ),
]


@pytest.mark.parametrize(("files", "old", "new", "message"), INCLUDES)
def test_include_that_is_wrong_is_refused(
    project, refused, files: dict[str, str], old: str, new: str, message: str
) -> None:
    """A fault in an included file is told with that file's name and line."""
    for name, content in files.items():
        project.write(name, content)
    project.change(old, new)
    assert refused("run.yml") == message
