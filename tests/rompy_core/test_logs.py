"""Loggers: fields that travel with records, secrets replaced, nothing attached for the host."""

import logging
import subprocess
import sys

import pytest

from rompy_core.logs import ROOT, bound_logger


class Kept(logging.Handler):
    """Keeps records."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def records():
    """What is logged under ``rompy``, from DEBUG on."""
    handler, level = Kept(), ROOT.level
    ROOT.addHandler(handler)
    ROOT.setLevel(logging.DEBUG)
    yield handler.records
    ROOT.setLevel(level)
    ROOT.removeHandler(handler)


def test_fields_travel_under_one_key(records):
    """Keys such as message and name collide with nothing."""
    log = bound_logger(run_id="sea", stage="run")
    log.bind(backend="local").info("staged %s", files=3, message="m", name="n")
    (record,) = records
    assert (record.name, record.levelname, record.getMessage()) == ("rompy", "INFO", "staged %s")
    assert record.rompy == {
        "run_id": "sea", "stage": "run", "backend": "local", "files": 3, "message": "m", "name": "n",
    }  # fmt: skip


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_each_level_has_its_method(records, level):
    """And the loggers bound before are not changed by those bound later."""
    log = bound_logger(run_id="sea")
    log.bind(stage="x")
    getattr(log, level)("said")
    assert (records[0].levelname, records[0].rompy) == (level.upper(), {"run_id": "sea"})


def test_secrets_are_replaced(records):
    """By the name of the field."""
    bound_logger(run_id="sea").info("fetching", api_token="sesame", env_vars={"DB_PASSWORD": "sesame"})
    assert records[0].rompy["api_token"] == "***"
    assert "sesame" not in str(records[0].__dict__)


def test_exceptions_keep_their_traceback(records):
    """structlog's other methods work as well."""
    try:
        raise OSError("disk")
    except OSError:
        bound_logger().exception("failed")
    assert records[0].levelname == "ERROR"
    assert records[0].exc_info[0] is OSError


def test_a_line_that_nobody_reads_costs_no_import():
    """structlog takes longer to import than a run."""
    code = (
        "import sys; from rompy_core.logs import bound_logger\n"
        "bound_logger(a=1).debug('x'); bound_logger().info('y')\n"
        "assert 'structlog' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_nothing_is_written_unless_the_host_says_where():
    """The logger has a NullHandler, so that not even warnings reach stderr."""
    assert [type(handler) for handler in ROOT.handlers][:1] == [logging.NullHandler]
    code = "from rompy_core.logs import bound_logger; bound_logger().error('x')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_is_no_method_is_no_attribute():
    """Copying and pickling ask for odd names."""
    with pytest.raises(AttributeError):
        bound_logger().__deepcopy__  # noqa: B018


def test_a_plugin_logs_bound_to_its_run(host, records):
    """run_id, stage and backend come by themselves."""
    import attrs

    from rompy_hooks import Backend, RunConfig, hookimpl

    @attrs.frozen(kw_only=True)
    class Cloud(RunConfig):
        """Runs nothing here."""

    class Plugin:
        @hookimpl
        def backends(self):
            return [Backend(kind="run", name="cloud", config=Cloud, executes_steps=False)]

        @hookimpl
        def run(self, config: Cloud, context):
            context.logger.warning("queue is long", jobs=40)
            return True

    assert host.model(Plugin()).run("cloud")
    assert [record.rompy for record in records if record.levelname == "WARNING"] == [
        {"run_id": "sea", "stage": "run", "backend": "cloud", "jobs": 40}
    ]
