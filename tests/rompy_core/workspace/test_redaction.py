"""Commands that are shown hold no secrets."""

import pytest

from rompy_core.workspace import redact_command


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("./swan.exe -n 4", "./swan.exe -n 4"),
        ("DB_PASSWORD=sesame ./model", "DB_PASSWORD=*** ./model"),
        ("model --api-token='two words' -v", "model --api-token=*** -v"),
        ("API_TOKEN=$API_TOKEN model", "API_TOKEN=$API_TOKEN model"),
        ('API_TOKEN="$API_TOKEN" model', 'API_TOKEN="$API_TOKEN" model'),
        ("A=1;SECRET=x;B=2", "A=1;SECRET=***;B=2"),
        (["model", "--token", "abc", "-n", "4"], ["model", "--token", "***", "-n", "4"]),
        (["model", "--token", "-v"], ["model", "--token", "-v"]),
        (["-o", "backend.env_vars.DB_PASSWORD=two words"], ["-o", "backend.env_vars.DB_PASSWORD=***"]),
        (["--password=$PASSWORD"], ["--password=$PASSWORD"]),
        (("sh", "-c", "TOKEN=abc ./model"), ["sh", "-c", "TOKEN=***"]),
        (("sh", "-c", "./model TOKEN=abc -v"), ["sh", "-c", "./model TOKEN=*** -v"]),
        (["env", "OMP_NUM_THREADS=4"], ["env", "OMP_NUM_THREADS=4"]),
        ("curl https://me:sesame@host/x | model", "curl https://me:***@host/x | model"),
        ("curl -s -u me:sesame https://host", "curl -s -u me:*** https://host"),
        ("curl --user='me:sesame' https://host", "curl --user='me:***' https://host"),
        ("/usr/bin/curl -ume:sesame https://host", "/usr/bin/curl -ume:*** https://host"),
        ("curl -u me:$PW https://host", "curl -u me:$PW https://host"),
        ("docker run -u 1000:100 swan", "docker run -u 1000:100 swan"),
        ("curl -o a:b https://host", "curl -o a:b https://host"),
        (["curl", "-u", "me:sesame", "https://host:80"], ["curl", "-u", "me:***", "https://host:80"]),
        (["curl", "https://sesame@host/a"], ["curl", "https://***@host/a"]),
        ("git clone https://${GITHUB_PAT}@host/a", "git clone https://${GITHUB_PAT}@host/a"),
        ("CDSAPI_KEY=sesame ./model", "CDSAPI_KEY=*** ./model"),
    ],
)
def test_redact_command_hides_secrets_only(command: str | list[str], shown: str | list[str]) -> None:
    """Upstream defect 28: commands were logged with their secrets."""
    assert redact_command(command) == shown
