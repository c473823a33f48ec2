"""Whatever is wrong, no message quotes a password: neither the command's, nor its JSON, nor its traceback."""

import os

import pytest

from rompy_core import ModelRun
from rompy_core.cli.main import call
from rompy_hooks import RompyError

# "sesame" and 555123 are the secrets.
FILES = [
    ("  command: 'true'", "  command: 'true'\n  token: 555123", "run.yml:12: backend: 'local' has no key 'token'."),
    (
        "  command: 'true'",
        "  command: 'true'\n  env_vars: {DB_PASSWORD: 555123}",
        "run.yml:12: backend.env_vars.DB_PASSWORD: must be a text, got ***; put it in quotes",
    ),
    (
        "  command: 'true'",
        "  command: 'true'\n  env_vars: {API_TOKEN: {value: sesame}}",
        "run.yml:12: backend.env_vars.API_TOKEN: must be a text, got ***",
    ),
    (
        "  command: 'true'",
        "  command: 'true'\n  env_vars: {DB_PASSWORD: \"ses\\0ame\"}",
        "run.yml:12: backend.env_vars.DB_PASSWORD: holds a NUL character, which no path, command or variable can hold",
    ),
    (
        "  command: 'true'",
        "  command: 'true'\n  env_vars: {DB_PASSWORD=sesame: x}",
        "run.yml:12: backend.env_vars: 'DB_PASSWORD=...' is no name of an environment variable",
    ),
    (
        "  command: 'true'",
        "  command: 'true'\n  env_vars: [DB_PASSWORD=sesame]",
        "run.yml:12: backend.env_vars: must be a mapping of texts, got a list",
    ),
    (
        "  command: 'true'",
        '  command: "swan --password=sesame \'"\n  shell: false',
        "run.yml:9: backend: step 'run': \"swan --password=*** '\" cannot be split into words: No closing quotation",
    ),
    (
        "backend:\n  type: local\n  command: 'true'",
        "backend:\n  - {type: local, env_vars: {DB_PASSWORD: sesame}}",
        "run.yml:9: backend: must be a name or a mapping with 'type', got a list; known: docker, local",
    ),
    (
        "config:\n    model_type: template\n    template: template\n    vars: {nx: 10}",
        "config: [{password: sesame}]",
        "run.yml:5: config.config: must be a mapping with 'model_type', got a list; known: base, template",
    ),
    (
        "model_type: template",
        "model_type: {password: sesame}",
        "run.yml:6: config.config.model_type: must be a text, got a mapping; known: base, template",
    ),
    (
        "vars: {nx: 10}",
        "data: [{source: 'https://me:sesame@host/x.nc?signature=sesame', link: symlink}]",
        (
            "run.yml:8: config.config.data[0].link: symlink needs a file on this machine, got "
            "'https://me:***@host/x.nc?***'; use link: copy"
        ),
    ),
    (
        "vars: {nx: 10}",
        "data: [{source: 'https://me:sesame@host/?signature=sesame'}]",
        (
            "run.yml:8: config.config.data[0].target: is needed, since the source 'https://me:***@host/?***' does not "
            "end in a file name"
        ),
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), FILES)
def test_fault_of_a_file_tells_no_secret(project, refused, capsys, old: str, new: str, message: str) -> None:
    """Under a secret-looking key, or inside of what was refused as a whole."""
    project.change(old, new)
    assert refused("run.yml").startswith(message)
    call(["--debug", "validate", "run.yml", "--json"])
    shown = "".join(capsys.readouterr())
    assert "sesame" not in shown
    assert "555123" not in shown


OPTIONS = [
    ("backend.env_vars.DB_PASSWORD=ses\0ame", "backend.env_vars.DB_PASSWORD=***"),
    ("backend.env_vars.DB_PASSWORD.x=sesame", "backend.env_vars.DB_PASSWORD.x=***"),
    ("backend.env_vars={DB_PASSWORD: [sesame]}", "backend.env_vars=***"),
    ("backend.env_vars={api_token: [sesame]}", "backend.env_vars=***"),
    ("backend.tokn.api_key=sesame", "backend.tokn.api_key=***"),
    ("backend.env_vars.DB_PASSWORD:sesame", "backend.env_vars.DB_PASSWORD***"),
    ("config.config.data=https://me:sesame@host/x", "config.config.data=***"),
]


@pytest.mark.parametrize(("override", "shown"), OPTIONS)
def test_fault_of_an_override_tells_no_secret(refused, override: str, shown: str) -> None:
    """The key is told, so that one knows which it was."""
    message = refused("run.yml", "-o", override)
    assert message.startswith(f"-o {shown}: ")
    assert "sesame" not in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ config[config.password] }}", "'***' is undefined. The dict has: nx, password"),
        ("{{ 'x'.encode(config.password) }}", "LookupError: unknown encoding: ***"),
        (
            "{% include config.password %}",
            "includes '***', which is no text file inside the template's folder",
        ),
        ("{{ config.password.x }}", "'config.password.x' is undefined. config.password has: 6 parts"),
    ],
)
def test_fault_of_a_template_tells_no_secret(project, capsys, text: str, message: str) -> None:
    """What a template looks up, or hands to a method, stands in Python's messages."""
    project.change("{nx: 10}", "{nx: 10, password: sesame}")
    project.write("template/INPUT", text)
    assert call(["generate", "run.yml"]) == 2
    shown = capsys.readouterr().err
    assert shown.splitlines()[-1] == f"Error: template/INPUT:1: {message}"
    assert "sesame" not in shown
    record = b"".join(path.read_bytes() for path in project.folder.glob("sims/sea/.rompy/**/*") if path.is_file())
    assert b"sesame" not in record


@pytest.mark.parametrize(
    "options",
    [
        {"command": ["swan", 5, "--password=sesame"]},
        {"command": {"password": "sesame"}},
        {"command": "x", "env_vars": {"DB_PASSWORD": b"sesame"}},
        {"command": "x", "env_vars": {"DB_PASSWORD": 555123}},
        {"command": "swan --password=sesame '", "shell": False},
        {"comand": "swan --password=sesame"},
    ],
)
def test_error_of_python_options_tells_no_secret(tmp_path: os.PathLike[str], options: dict[str, object]) -> None:
    """A host that logs the error logs no password."""
    with pytest.raises(RompyError) as caught:
        ModelRun(run_id="sea", output_dir=tmp_path).run("local", **options)
    assert "sesame" not in str(caught.value)
    assert "555123" not in str(caught.value)
