"""Model runs that cannot be: keys, identifiers, periods, model configs and their data."""

import pytest

KEYS = [
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  runid: x"),
        (
            "run.yml:3: config: a model run has no key 'runid'. Did you mean 'run_id'? Keys: config, "
            "delete_existing, output_dir, period, run_id, run_id_subdir"
        ),
        id="unknown key model",
    ),
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  delete_exisiting: true"),
        (
            "run.yml:3: config: a model run has no key 'delete_exisiting'. Did you mean 'delete_existing'? Keys: "
            "config, delete_existing, output_dir, period, run_id, run_id_subdir"
        ),
        id="unknown key model 2",
    ),
    pytest.param(
        "interval",
        "freq",
        "run.yml:4: config.period: 'period' has no key 'freq'. Keys: duration, end, interval, start",
        id="unknown key period",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: 20230101",
        "run.yml:2: config.run_id: must be a text, got 20230101; put it in quotes",
        id="run_id int",
    ),
    pytest.param(
        ("  run_id: sea\n  output_dir: sims"),
        "  output_dir: sims",
        "run.yml:1: config: needs key 'run_id'",
        id="run_id missing",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ../x",
        (
            "run.yml:2: config.run_id: '../x' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id ../x",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ..",
        (
            "run.yml:2: config.run_id: '..' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id ..",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: /abs",
        (
            "run.yml:2: config.run_id: '/abs' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id /abs",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: ''",
        (
            "run.yml:2: config.run_id: '' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id ",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: .",
        (
            "run.yml:2: config.run_id: '.' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id .",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: a/b",
        (
            "run.yml:2: config.run_id: 'a/b' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id a/b",
    ),
    pytest.param(
        "run_id: sea",
        'run_id: "a\\0b"',
        "run.yml:2: config.run_id: holds a NUL character, which no path, command or variable can hold",
        id="run_id a0b",
    ),
    pytest.param(
        "run_id: sea",
        'run_id: "a\\nb"',
        (
            "run.yml:2: config.run_id: 'a\\nb' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id anb",
    ),
    pytest.param(
        "run_id: sea",
        (
            "run_id: "
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        ),
        (
            "run.yml:2: config.run_id: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'... is no run_id: it has 300 "
            "characters, at most 200 are allowed"
        ),
        id="run_id xxxxxxxxxxxxxxxxxxxx",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: -x",
        (
            "run.yml:2: config.run_id: '-x' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id -x",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: .x",
        (
            "run.yml:2: config.run_id: '.x' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id .x",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: a b",
        (
            "run.yml:2: config.run_id: 'a b' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only"
        ),
        id="run_id a b",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: [a]",
        "run.yml:2: config.run_id: must be a text, got a list",
        id="run_id a",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: null",
        "run.yml:2: config.run_id: must be a text, got null",
        id="run_id null",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: {a: b}",
        "run.yml:2: config.run_id: must be a text, got a mapping",
        id="run_id a b",
    ),
    pytest.param(
        "run_id: sea",
        "run_id: true",
        "run.yml:2: config.run_id: must be a text, got true; put it in quotes",
        id="run_id true",
    ),
    pytest.param(
        "sims",
        "3",
        "run.yml:3: config.output_dir: must be a path, got 3",
        id="output_dir int",
    ),
    pytest.param(
        "sims",
        '"a\\0b"',
        "run.yml:3: config.output_dir: holds a NUL character, which no path, command or variable can hold",
        id="output_dir nul",
    ),
    pytest.param(
        "sims",
        '""',
        "run.yml:3: config.output_dir: must be a path, got '' (text)",
        id="output_dir empty",
    ),
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  delete_existing: yes"),
        "run.yml:3: config.delete_existing: must be true or false, got 'yes' (text)",
        id="delete_existing yes",
    ),
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  delete_existing: 'true'"),
        "run.yml:3: config.delete_existing: must be true or false, got 'true' (text)",
        id="delete_existing ...",
    ),
    pytest.param(
        "  run_id: sea",
        ("  run_id: sea\n  run_id_subdir: 1"),
        "run.yml:3: config.run_id_subdir: must be true or false, got 1",
        id="run_id_subdir 1",
    ),
    pytest.param(
        "duration: 1D",
        "end: 2022-01-01",
        "run.yml:4: config.period.end: must be after start, got 2023-01-01T00:00:00 to 2022-01-01T00:00:00",
        id="period end before",
    ),
    pytest.param(
        "2023-01-01, duration: 1D",
        "2023-01-01T00:00Z, end: 2023-01-02",
        (
            "run.yml:4: config.period: start and end must both have a time zone or neither, got "
            "2023-01-01T00:00:00+00:00 to 2023-01-02T00:00:00; end has none, write 2023-01-02T00:00:00Z if it is UTC"
        ),
        id="period mixed",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: 1D, end: 2023-01-03, interval: 1H}",
        (
            "run.yml:4: config.period.duration: P1D reaches 2023-01-02T00:00:00, but end is 2023-01-03T00:00:00; "
            "give one of them"
        ),
        id="period both",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: 1X, interval: 1H}",
        (
            "run.yml:4: config.period.duration: must be a number of seconds, or a text such as 90s, 15M (minutes), "
            "2H30m, 1D or PT6H, got '1X'"
        ),
        id="period units",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: P1M, interval: 1H}",
        (
            "run.yml:4: config.period.duration: must not have years or months, which differ in length; use days such "
            "as 30D, got 'P1M'"
        ),
        id="period months",
    ),
    pytest.param(
        "duration: 1D, ",
        "",
        "run.yml:4: config.period: needs key 'end' or 'duration'",
        id="period neither",
    ),
    pytest.param(
        "{start: 2023-01-01, ",
        "{",
        "run.yml:4: config.period: needs key 'start'",
        id="period no start",
    ),
    pytest.param(
        "2023-01",
        "2023-13",
        "run.yml:4: config.period.start: '2023-13-01' does not exist: month must be in 1..12",
        id="period bad date",
    ),
    pytest.param(
        "2023-01-",
        "202301",
        (
            "run.yml:4: config.period.start: must be a date and time such as 2023-01-01T06:00, 20230101T0600 or "
            "2023-01-01T06:00Z, got 20230101; put it in quotes"
        ),
        id="period int",
    ),
    pytest.param(
        "{start: 2023-01-01, duration: 1D, interval: 1H}",
        "2023-01-01",
        "run.yml:4: config.period: must be a mapping, got '2023-01-01' (text)",
        id="period text",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: 1D, interval: 2D}",
        (
            "run.yml:4: config.period.interval: P2D is longer than the period, 2023-01-01T00:00:00 to "
            "2023-01-02T00:00:00"
        ),
        id="period interval long",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: 1D, interval: 0}",
        "run.yml:4: config.period.interval: must be > 0, got 0 seconds",
        id="period interval 0",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: -5, interval: 1H}",
        "run.yml:4: config.period.duration: must be > 0, got -5 seconds",
        id="period neg",
    ),
    pytest.param(
        "period: {start: 2023-01-01, duration: 1D, interval: 1H}",
        "period: {start: 2023-01-01, duration: 9999999D, interval: 1H}",
        ("run.yml:4: config.period.duration: P9999999D from 2023-01-01T00:00:00 on ends outside the years 1 to 9999"),
        id="period overflow",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), KEYS)
def test_model_run_that_is_wrong_is_refused(project, refused, old: str, new: str, message: str) -> None:
    """The keys of a model run: an identifier cannot leave its folder, a period has an order."""
    project.change(old, new)
    assert refused("run.yml") == message


MODEL_CONFIGS = [
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    templat: x"),
        (
            "run.yml:9: config.config: 'template' has no key 'templat'. Did you mean 'template'? Keys: command, "
            "data, expect, raw, steps, template, vars"
        ),
        id="unknown key template",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: a.nc, sha: b}]"),
        (
            "run.yml:9: config.config.data[0]: a data entry has no key 'sha'. Did you mean 'sha256'? Keys: link, "
            "min_size, retry, sha256, source, target, timeout"
        ),
        id="unknown key data",
    ),
    pytest.param(
        "template: template",
        "template: templat",
        (
            "run.yml:7: config.config.template: no such directory or file: '{there}/templat'. Did you mean "
            "'{there}/template'?"
        ),
        id="template missing",
    ),
    pytest.param(
        ("    template: template\n    vars: {nx: 10}"),
        "    vars: {nx: 10}",
        "run.yml:5: config.config: needs key 'template'",
        id="template none",
    ),
    pytest.param(
        "template: template",
        "template: 3",
        "run.yml:7: config.config.template: must be a path, got 3",
        id="template int",
    ),
    pytest.param(
        "template: template",
        'template: "a\\0"',
        "run.yml:7: config.config.template: holds a NUL character, which no path, command or variable can hold",
        id="template nul",
    ),
    pytest.param(
        "template: template",
        "template:",
        "run.yml:7: config.config.template: must be a path, got null",
        id="template null",
    ),
    pytest.param(
        ("  config:\n    model_type: template\n    template: template\n    vars: {nx: 10}"),
        "  config: template",
        ("run.yml:5: config.config: must be a mapping with 'model_type', got 'template' (text); known: base, template"),
        id="template is config",
    ),
    pytest.param(
        "model_type: template",
        "model_type: templte",
        (
            "run.yml:6: config.config.model_type: no model config is called 'templte'. Did you mean 'template'? "
            "Known: base, template"
        ),
        id="model_type unknown",
    ),
    pytest.param(
        ("    model_type: template\n    template: template"),
        "    template: template",
        "run.yml:5: config.config: needs key 'model_type'; known: base, template",
        id="model_type none",
    ),
    pytest.param(
        "model_type: template",
        "model_type: [template]",
        "run.yml:6: config.config.model_type: must be a text, got a list; known: base, template",
        id="model_type list",
    ),
    pytest.param(
        "{nx: 10}",
        "[nx]",
        "run.yml:8: config.config.vars: must be a mapping, got a list",
        id="vars list",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    raw: 3"),
        "run.yml:9: config.config.raw: must be a list of texts, got 3",
        id="raw int",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: template/INPUT, sha256: abc}]"),
        ("run.yml:9: config.config.data[0].sha256: must be 64 hexadecimal digits, as sha256sum prints them; got 'abc'"),
        id="data sha",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: template/INPUT, target: ../x}]"),
        (
            "run.yml:9: config.config.data[0].target: must be relative to the workspace and stay inside it, got "
            "'../x' (text)"
        ),
        id="data target out",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: template/INPUT, target: /x}]"),
        (
            "run.yml:9: config.config.data[0].target: must be relative to the workspace and stay inside it, got '/x' "
            "(text)"
        ),
        id="data target abs",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: template/INPUT, target: .rompy/x}]"),
        (
            "run.yml:9: config.config.data[0].target: must not be in .rompy, which holds the run's record; got "
            "'.rompy/x'"
        ),
        id="data target rompy",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: 'https://h/x.nc', link: symlink}]"),
        (
            "run.yml:9: config.config.data[0].link: symlink needs a file on this machine, got 'https://h/x.nc'; use "
            "link: copy"
        ),
        id="data link url",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: template/INPUT, link: soft}]"),
        "run.yml:9: config.config.data[0].link: must be one of copy, hardlink, symlink, got 'soft' (text)",
        id="data link bad",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: a/x.nc}, {source: b/x.nc}]"),
        (
            "run.yml:9: config.config.data: '{there}/a/x.nc' and '{there}/b/x.nc' have the same target 'x.nc'; give "
            "one of them another"
        ),
        id="data dup targets",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: a/x.nc, target: d}, {source: b/x.nc, target: d/e}]"),
        (
            "run.yml:9: config.config.data: the target 'd' of '{there}/a/x.nc' is a file, but the target 'd/e' of "
            "'{there}/b/x.nc' needs it as a folder"
        ),
        id="data nested targets",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{target: x}]"),
        "run.yml:9: config.config.data[0]: needs key 'source'",
        id="data no source",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: a.nc"),
        "run.yml:9: config.config.data: must be a list, got 'a.nc' (text)",
        id="data text",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [a.nc]"),
        "run.yml:9: config.config.data[0]: must be a mapping, got 'a.nc' (text)",
        id="data list text",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: a, retry: -1}]"),
        "run.yml:9: config.config.data[0].retry: must be >= 0, got -1",
        id="data retry",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: a, min_size: big}]"),
        (
            "run.yml:9: config.config.data[0].min_size: must be a number of bytes, or a text such as 512m, 1.5g or "
            "4GiB, got 'big'"
        ),
        id="data min_size",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    data: [{source: 'https://h/'}]"),
        (
            "run.yml:9: config.config.data[0].target: is needed, since the source 'https://h/' does not end in a "
            "file name"
        ),
        id="data url no name",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    command: a\n    steps: [{name: a, command: b}]"),
        "run.yml:10: config.config.steps: give command or steps, not both",
        id="template command both",
    ),
    pytest.param(
        "    vars: {nx: 10}",
        ("    vars: {nx: 10}\n    expect: {outputs: /a}"),
        "run.yml:9: config.config.expect.outputs: must be relative to the workspace and stay inside it, got '/a'",
        id="template expect",
    ),
    pytest.param(
        (
            "  run_id: sea\n"
            "  output_dir: sims\n"
            "  period: {start: 2023-01-01, duration: 1D, interval: 1H}\n"
            "  config:\n"
            "    model_type: template\n"
            "    template: template\n"
            "    vars: {nx: 10}\n"
            "backend:\n"
            "  type: local\n"
            "  command: 'true'\n"
            "postprocessor: noop"
        ),
        (
            "  run_id: ..\n"
            "  output_dir: sims\n"
            "  period: {start: 2023-01-01, duration: 1D, interval: 1H}\n"
            "  config:\n"
            "    model_type: template\n"
            "    template: nope\n"
            "    vars: {nx: 10}\n"
            "backend:\n"
            "  type: local\n"
            "  command: 'true'\n"
            "  tiemout: 3\n"
            "postprocessor: noob"
        ),
        (
            "4 faults\n"
            "  run.yml:2: config.run_id: '..' is no run_id: it must begin with a letter or digit and hold letters, "
            "digits, and . _ + - only\n"
            "  run.yml:7: config.config.template: no such directory or file: '{there}/nope'\n"
            "  run.yml:12: backend: 'local' has no key 'tiemout'. Did you mean 'timeout'? Keys: command, env_vars, "
            "expect, grace_period, launcher, memory, on_driver_loss, ranks, shell, steps, stream_output, threads, "
            "timeout, working_dir\n"
            "  run.yml:13: postprocessor: no processor is called 'noob'. Did you mean 'noop'? Known: noop"
        ),
        id="several",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), MODEL_CONFIGS)
def test_model_config_that_is_wrong_is_refused(project, refused, old: str, new: str, message: str) -> None:
    """The keys of a model config, here of a template."""
    project.change(old, new)
    assert refused("run.yml") == message
