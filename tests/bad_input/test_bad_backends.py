"""Backends, steps, expectations, processors and pipelines that cannot be asked for."""

import pytest

BACKENDS = [
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  tiemout: 3"),
        (
            "run.yml:12: backend: 'local' has no key 'tiemout'. Did you mean 'timeout'? Keys: command, env_vars, "
            "expect, grace_period, launcher, memory, on_driver_loss, ranks, shell, steps, stream_output, threads, "
            "timeout, working_dir"
        ),
        id="unknown key backend",
    ),
    pytest.param(
        "loca",
        "loc",
        "run.yml:10: backend.type: no run backend is called 'locl'. Did you mean 'local'? Known: docker, local",
        id="backend unknown",
    ),
    pytest.param(
        "local",
        "kubernetes",
        "run.yml:10: backend.type: no run backend is called 'kubernetes'. Known: docker, local",
        id="backend unknown far",
    ),
    pytest.param(
        "type: local",
        "tpye: local",
        "run.yml:10: backend: needs key 'type', got 'tpye'; known: docker, local",
        id="backend typo type",
    ),
    pytest.param(
        ("backend:\n  type: local\n  command: 'true'"),
        "backend: [local]",
        "run.yml:9: backend: must be a name or a mapping with 'type', got a list; known: docker, local",
        id="backend list",
    ),
    pytest.param(
        ("backend:\n  type: local\n  command: 'true'"),
        "backend: 3",
        "run.yml:9: backend: must be a name or a mapping with 'type', got 3; known: docker, local",
        id="backend int",
    ),
    pytest.param(
        "local",
        "3",
        "run.yml:10: backend.type: must be a text, got 3; known: docker, local",
        id="backend type int",
    ),
    pytest.param(
        "local",
        "[local]",
        "run.yml:10: backend.type: must be a text, got a list; known: docker, local",
        id="backend type list",
    ),
    pytest.param(
        ("  command: 'true'\npostprocessor: noop"),
        "postprocessor: noop",
        (
            "run.yml:9: backend: 'local' has nothing to execute: give it a command or steps, or use a model config "
            "that has command, steps or run()"
        ),
        id="nothing to execute",
    ),
    pytest.param(
        "'true",
        "'",
        "run.yml:11: backend.command: must not be empty; give a program and its arguments",
        id="command empty",
    ),
    pytest.param(
        "'true",
        "'  ",
        "run.yml:11: backend.command: must not be empty; give a program and its arguments",
        id="command blank",
    ),
    pytest.param(
        "'true'",
        "[]",
        "run.yml:11: backend.command: must not be empty; give a program and its arguments",
        id="command empty list",
    ),
    pytest.param(
        "'true'",
        '"a\\0b"',
        "run.yml:11: backend.command: holds a NUL character, which no path, command or variable can hold",
        id="command nul",
    ),
    pytest.param(
        "'true'",
        "3",
        "run.yml:11: backend.command: must be a text or a list of texts, got 3",
        id="command number",
    ),
    pytest.param(
        "'true'",
        "[a, 3]",
        "run.yml:11: backend.command[1]: must be a text, got 3; put it in quotes",
        id="command list number",
    ),
    pytest.param(
        "'true'",
        "{a: b}",
        "run.yml:11: backend.command: must be a text or a list of texts, got a mapping",
        id="command mapping",
    ),
    pytest.param(
        "'true'",
        "true",
        "run.yml:11: backend.command: must be a text or a list of texts, got true",
        id="command true",
    ),
    pytest.param(
        "  command: 'true'",
        ('  command: "echo \'x"\n  shell: false'),
        "run.yml:9: backend: step 'run': \"echo 'x\" cannot be split into words: No closing quotation",
        id="command quote no shell",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: {N: 4}"),
        "run.yml:12: backend.env_vars.N: must be a text, got 4; put it in quotes",
        id="env numbers",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: {N: true}"),
        "run.yml:12: backend.env_vars.N: must be a text, got true; put it in quotes",
        id="env bool",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: [N=4]"),
        "run.yml:12: backend.env_vars: must be a mapping of texts, got a list",
        id="env list",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: {'A=B': x}"),
        "run.yml:12: backend.env_vars: 'A=...' is no name of an environment variable",
        id="env bad name",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: {A: \"a\\0b\"}"),
        "run.yml:12: backend.env_vars.A: holds a NUL character, which no path, command or variable can hold",
        id="env nul",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  env_vars: {'': x}"),
        "run.yml:12: backend.env_vars: '' is no name of an environment variable",
        id="env empty name",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: 0"),
        "run.yml:12: backend.timeout: must be > 0, got 0",
        id="timeout 0",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: -1"),
        "run.yml:12: backend.timeout: must be > 0, got -1",
        id="timeout -1",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: abc"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got 'abc'"
        ),
        id="timeout abc",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: .nan"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got nan"
        ),
        id="timeout .nan",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: .inf"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got inf"
        ),
        id="timeout .inf",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: true"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got true"
        ),
        id="timeout true",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: [1]"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got a list"
        ),
        id="timeout 1",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: 1 month"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got '1 month'"
        ),
        id="timeout 1 month",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: ''"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got ''"
        ),
        id="timeout ",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: 1e400"),
        "run.yml:12: backend.timeout: the number 1e400 is too large; write .inf (YAML) or inf (TOML) for infinity",
        id="timeout 1e400",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  timeout: 1M2"),
        (
            "run.yml:12: backend.timeout: must be a number of seconds, or a text such as 90s, 15M (minutes), 2H30m, "
            "1D or PT6H, got '1M2'"
        ),
        id="timeout 1M2",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  ranks: 0"),
        "run.yml:12: backend.ranks: must be >= 1, got 0",
        id="ranks 0",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  ranks: 1.5"),
        "run.yml:12: backend.ranks: must be a whole number, got 1.5",
        id="ranks 1.5",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  ranks: '4'"),
        "run.yml:12: backend.ranks: must be a whole number, got '4' (text)",
        id="ranks 4",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  threads: -1"),
        "run.yml:12: backend.threads: must be >= 1, got -1",
        id="threads -1",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  memory: lots"),
        "run.yml:12: backend.memory: must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got 'lots'",
        id="memory lots",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  memory: 0"),
        "run.yml:12: backend.memory: must be > 0, got 0",
        id="memory 0",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  memory: -1g"),
        "run.yml:12: backend.memory: must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got '-1g'",
        id="memory -1g",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  memory: 1.5"),
        "run.yml:12: backend.memory: must be a number of bytes, or a text such as 512m, 1.5g or 4GiB, got 1.5",
        id="memory 1.5",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  grace_period: -1"),
        "run.yml:12: backend.grace_period: must be >= 0, got -1",
        id="grace -1",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  launcher: ''"),
        "run.yml:12: backend.launcher: must not be empty; give a program and its arguments",
        id="launcher empty",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  launcher: \"mpi 'x\"\n  ranks: 2"),
        "run.yml:9: backend: step 'run': \"mpi 'x\" cannot be split into words: No closing quotation",
        id="launcher bad quotes",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  working_dir: /tmp"),
        "run.yml:12: backend.working_dir: must be relative to the workspace and stay inside it, got '/tmp' (text)",
        id="working_dir abs",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  working_dir: ../x"),
        "run.yml:12: backend.working_dir: must be relative to the workspace and stay inside it, got '../x' (text)",
        id="working_dir ..",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  on_driver_loss: leave"),
        (
            "run.yml:12: backend.on_driver_loss: 'leave' is for containers and cluster jobs; a local model ends with "
            "the process that watches it"
        ),
        id="on_driver_loss leave",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  on_driver_loss: ignore"),
        "run.yml:12: backend.on_driver_loss: must be one of leave, stop, got 'ignore' (text)",
        id="on_driver_loss bad",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  on_driver_loss: sotp"),
        "run.yml:12: backend.on_driver_loss: must be one of leave, stop, got 'sotp' (text). Did you mean 'stop'?",
        id="on_driver_loss near",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  shell: yes"),
        "run.yml:12: backend.shell: must be true or false, got 'yes' (text)",
        id="shell yes",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  stream_output: 'false'"),
        "run.yml:12: backend.stream_output: must be true or false, got 'false' (text)",
        id="stream text",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), BACKENDS)
def test_backend_that_is_wrong_is_refused(project, refused, old: str, new: str, message: str) -> None:
    """Unknown names, misspelt keys, wrong types and values out of range."""
    project.change(old, new)
    assert refused("run.yml") == message


STEPS = [
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {output: a.nc}"),
        (
            "run.yml:12: backend.expect: 'expect' has no key 'output'. Did you mean 'outputs'? Keys: error_files, "
            "log_errors, log_success, logs, outputs"
        ),
        id="unknown key expect",
    ),
    pytest.param(
        "  command: 'true'",
        ("  steps:\n    - {name: a, comand: b}"),
        (
            "2 faults\n"
            "  run.yml:12: backend.steps[0]: 'step' has no key 'comand'. Did you mean 'command'? Keys: command, "
            "name, outputs, parallel, stdin, timeout\n"
            "  run.yml:12: backend.steps[0]: needs key 'command'"
        ),
        id="unknown key step",
    ),
    pytest.param(
        "  command: 'true'",
        ("  steps:\n    - command: a"),
        "run.yml:12: backend.steps[0]: needs key 'name'",
        id="steps no name",
    ),
    pytest.param(
        "  command: 'true'",
        ("  steps:\n    - name: a"),
        "run.yml:12: backend.steps[0]: needs key 'command'",
        id="steps no command",
    ),
    pytest.param(
        "  command: 'true'",
        ("  steps:\n    - {name: a, command: b}\n    - {name: a, command: c}"),
        "run.yml:11: backend.steps: each needs a name of its own, got 'a' more than once",
        id="steps dup",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  steps: [{name: a, command: b}]"),
        "run.yml:12: backend.steps: give command or steps, not both",
        id="steps both",
    ),
    pytest.param(
        "command: 'true'",
        "steps: {name: a, command: b}",
        "run.yml:11: backend.steps: must be a list, got a mapping",
        id="steps mapping",
    ),
    pytest.param(
        "command: 'true'",
        "steps: [a, b]",
        (
            "2 faults\n"
            "  run.yml:11: backend.steps[0]: must be a mapping, got 'a' (text)\n"
            "  run.yml:11: backend.steps[1]: must be a mapping, got 'b' (text)"
        ),
        id="steps texts",
    ),
    pytest.param(
        "command: 'true'",
        "steps: [{name: a/b, command: b}]",
        "run.yml:11: backend.steps[0].name: must match [A-Za-z0-9][A-Za-z0-9._+-]*, got 'a/b' (text)",
        id="steps name path",
    ),
    pytest.param(
        "command: 'true'",
        "steps: [{name: a, command: b, stdin: ../x}]",
        ("run.yml:11: backend.steps[0].stdin: must be relative to the workspace and stay inside it, got '../x' (text)"),
        id="steps stdin out",
    ),
    pytest.param(
        "command: 'true'",
        "steps: [{name: a, command: b, timeout: 0}]",
        "run.yml:11: backend.steps[0].timeout: must be > 0, got 0",
        id="steps timeout 0",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {log_errors: '(['}"),
        (
            "run.yml:12: backend.expect.log_errors: '([' is no regular expression: unterminated character set at "
            "position 1"
        ),
        id="expect regex",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {outputs: /tmp/*.nc}"),
        ("run.yml:12: backend.expect.outputs: must be relative to the workspace and stay inside it, got '/tmp/*.nc'"),
        id="expect abs",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {outputs: [a.nc, ../*.nc]}"),
        "run.yml:12: backend.expect.outputs: must be relative to the workspace and stay inside it, got '../*.nc'",
        id="expect ..",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {outputs: ['']}"),
        "run.yml:12: backend.expect.outputs: must not hold an empty glob; '*' stands for any file",
        id="expect empty glob",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: [a]"),
        "run.yml:12: backend.expect: must be a mapping, got a list",
        id="expect list",
    ),
    pytest.param(
        "  command: 'true'",
        ("  command: 'true'\n  expect: {outputs: [1]}"),
        "run.yml:12: backend.expect.outputs[0]: must be a text, got 1; put it in quotes",
        id="expect number",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), STEPS)
def test_steps_and_expectations_that_are_wrong_are_refused(project, refused, old: str, new: str, message: str) -> None:
    """A fault inside of a list has its index."""
    project.change(old, new)
    assert refused("run.yml") == message


PROCESSORS = [
    pytest.param(
        "noop",
        "{type: noop, validate: true}",
        (
            "run.yml:12: postprocessor: 'noop' has no key 'validate'. Did you mean 'validate_outputs'? Keys: "
            "checksum, output_dir, validate_outputs"
        ),
        id="unknown key processor",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: {cleanup: true}"),
        (
            "run.yml:13: pipeline: 'local' has no key 'cleanup'. Keys: cleanup_on_failure, "
            "continue_on_process_failure, process_kwargs, processor, run_backend, run_kwargs, validate_stages"
        ),
        id="unknown key pipeline",
    ),
    pytest.param(
        "noop",
        "noob",
        "run.yml:12: postprocessor: no processor is called 'noob'. Did you mean 'noop'? Known: noop",
        id="processor unknown",
    ),
    pytest.param(
        "noop",
        "[noop, analysis]",
        "run.yml:12: postprocessor[1]: no processor is called 'analysis'. Known: noop",
        id="processor list unknown",
    ),
    pytest.param(
        "noop",
        "[]",
        "run.yml:12: postprocessor: must name a processor, got an empty list",
        id="processor empty list",
    ),
    pytest.param(
        "noop",
        "{typ: noop}",
        "run.yml:12: postprocessor: needs key 'type', got 'typ'; known: noop",
        id="processor typo",
    ),
    pytest.param(
        "noop",
        "local",
        "run.yml:12: postprocessor: no processor is called 'local'. Known: noop",
        id="processor wrong kind",
    ),
    pytest.param(
        "noop",
        "{type: noop, validate_outputs: 1}",
        "run.yml:12: postprocessor.validate_outputs: must be true or false, got 1",
        id="processor option type",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: cloud"),
        "run.yml:13: pipeline: no pipeline is called 'cloud'. Known: local",
        id="pipeline unknown",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: {type: local, cleanup_on_failure: 'no'}"),
        "run.yml:13: pipeline.cleanup_on_failure: must be true or false, got 'no' (text)",
        id="pipeline type",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: [local]"),
        "run.yml:13: pipeline: must be a name or a mapping with 'type', got a list; known: local",
        id="pipeline list",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: 3"),
        "run.yml:13: pipeline: must be a name or a mapping with 'type', got 3; known: local",
        id="pipeline int",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: {type: local, cleanup_on_failur: true}"),
        (
            "run.yml:13: pipeline: 'local' has no key 'cleanup_on_failur'. Did you mean 'cleanup_on_failure'? Keys: "
            "cleanup_on_failure, continue_on_process_failure, process_kwargs, processor, run_backend, run_kwargs, "
            "validate_stages"
        ),
        id="pipeline near",
    ),
    pytest.param(
        "postprocessor: noop",
        ("postprocessor: noop\npipeline: {type: local, run_backend: docker}"),
        "run.yml:13: pipeline.run_backend: in a file the section 'backend' says this; put it there",
        id="pipeline run_backend too",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), PROCESSORS)
def test_processor_or_pipeline_that_is_wrong_is_refused(project, refused, old: str, new: str, message: str) -> None:
    """Everything is resolved before anything is created: a misspelt processor does not surface after ten hours."""
    project.change(old, new)
    assert refused("run.yml") == message
