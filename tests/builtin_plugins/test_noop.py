"""``noop`` tells what the run wrote and checks it; it changes nothing."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from builtin_plugins.noop import NoopConfig, NoopPostprocessor, plugin
from rompy_core.record import append, encode
from rompy_core.workspace import changes, create_record_dir, take_snapshot, write_manifest
from rompy_hooks import Event, EventKind, Expect, ProcessResult, RequestError, RunResult


class Model:
    """A model run with a workspace; each attempt is written down as the host does."""

    def __init__(self, workspace: Path, expect: Any = None) -> None:
        self.run_id = "swan-06"
        self.period = None
        self.output_dir = workspace.parent
        self.staging_dir = workspace
        self.config = SimpleNamespace(expect=expect)
        self.attempts = 0
        self.journal = create_record_dir(workspace, encode(self.event(EventKind.RUN_OPENED)))

    def generate(self) -> str:
        """As the protocol asks."""
        return str(self.staging_dir)

    def event(self, kind: EventKind, **data: Any) -> Event:
        """An event of the run."""
        return Event(kind=kind, time=datetime.now(UTC), run_id="swan-06", attempt=self.attempts, data=data)

    def run(self, **files: str) -> RunResult:
        """An attempt that writes files."""
        self.attempts += 1
        attempt_dir = self.staging_dir / ".rompy" / "attempts" / str(self.attempts)
        attempt_dir.mkdir(parents=True)
        append(self.journal, encode(self.event(EventKind.ATTEMPT_STARTED)))
        before = take_snapshot(self.staging_dir)
        for name, text in files.items():
            path = self.staging_dir / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        write_manifest(attempt_dir, changes(before, take_snapshot(self.staging_dir)))
        append(self.journal, encode(self.event(EventKind.ATTEMPT_ENDED, result={"success": True})))
        return RunResult(success=True, attempt=self.attempts)


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Model]:
    """A generated run: one input, and a file that lay there before."""
    model = Model(tmp_path / "sims" / "swan-06")
    (model.staging_dir / "INPUT").write_text("input")
    (model.staging_dir / "stale_nc").write_text("old")
    yield model
    os.close(model.journal)


def asked(model: Model, result: RunResult | None = None, **keys: Any) -> ProcessResult:
    """The hook's answer."""
    return plugin.answer(model, NoopConfig(**keys), model.staging_dir, result)


def test_noop_lists_what_the_run_wrote(model: Model) -> None:
    """Upstream defect 26: inputs and stale outputs were counted as outputs."""
    result = asked(model, model.run(out="wave", OUTPUT__deep="x"))
    assert result.success
    modified = datetime.fromtimestamp((model.staging_dir / "out").stat().st_mtime_ns / 1e9, UTC)
    assert [each["path"] for each in result.outputs] == ["OUTPUT/deep", "out"]
    assert result.outputs[1] == {"path": "out", "size": 4, "modified": modified.isoformat(timespec="microseconds")}
    assert result.metrics == {"files": 2, "bytes": 5}
    assert (result.message, result.run_id) == ("2 outputs, 5 bytes", "swan-06")
    assert result.output_dir == model.staging_dir


def test_noop_asked_directly_finds_the_last_attempt(model: Model) -> None:
    """The class with its plain method, without a run in hand; of two attempts the last counts."""
    model.run(first="1")
    model.run(second="22")
    result = NoopPostprocessor().process(model, checksum=True)
    assert [(each["path"], each["sha256"]) for each in result.outputs] == [
        ("second", hashlib.sha256(b"22").hexdigest())
    ]
    assert result.message == "1 output, 2 bytes"


def test_noop_of_a_run_that_wrote_nothing_succeeds_and_says_so(model: Model) -> None:
    """Nothing was promised, nothing is missing."""
    assert asked(model).message == "the run wrote nothing"
    result = asked(model, model.run())
    assert (result.success, result.message, result.outputs) == (True, "the run wrote nothing", [])


@pytest.mark.parametrize(
    ("expected", "why"),
    [
        ("*.sww", "expected output '*.sww' is missing"),
        ("empty", "expected output 'empty' is empty"),
        ("stale_nc", "expected output 'stale_nc' was there before and has not changed"),
        ("INPUT", "expected output 'INPUT' was there before and has not changed"),
    ],
)
def test_noop_fails_where_expected_outputs_do_not_hold(model: Model, expected: str, why: str) -> None:
    """The model config says what has to be there; it is no raise, and can be switched off."""
    result = model.run(out="x", empty="")
    for expect in (Expect(outputs=(expected,)), {"outputs": [expected]}):
        model.config.expect = expect
        answer = asked(model, result)
        assert (answer.success, answer.message) == (False, why)
        assert asked(model, result, validate_outputs=False).success
    model.config.expect = Expect(outputs=("out",), error_files=("INPUT",))
    assert asked(model, result).success


def test_noop_fails_after_a_failed_run(model: Model) -> None:
    """Outputs of a run that failed are no result."""
    failed = RunResult(success=False, message="swan.exe ended with exit code 3")
    answer = asked(model, failed)
    assert (answer.success, answer.message) == (False, "the run failed: swan.exe ended with exit code 3")
    assert asked(model, failed, validate_outputs=False).success


def test_noop_of_a_missing_folder_fails(model: Model, tmp_path: Path) -> None:
    """Upstream defect 11: postprocessing a missing directory succeeded."""
    answer = NoopPostprocessor().process(model, output_dir=tmp_path / "gone")
    assert (answer.success, answer.message) == (False, f"there is no folder {tmp_path}/gone")
    assert NoopPostprocessor().process(model, output_dir=tmp_path / "gone", validate_outputs=False).success


def test_noop_looks_at_another_folder(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder is taken from the working directory; all its files count, and the outputs have to be there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "custom").mkdir()
    assert asked(model, output_dir=Path("custom")).message == "the folder is empty"
    (tmp_path / "custom" / "map.png").write_text("x")
    model.config.expect = Expect(outputs=("*.png",))
    answer = NoopPostprocessor().process(model, output_dir="./custom")
    assert (answer.success, answer.message) == (True, "1 file, 1 byte")
    assert answer.output_dir == tmp_path / "custom"
    model.config.expect = Expect(outputs=("*.nc",))
    assert asked(model, output_dir=tmp_path / "custom").message == "expected output '*.nc' is missing"


def test_noop_looks_at_a_folder_of_the_workspace(model: Model) -> None:
    """Only what the run wrote there counts, its paths relative to the folder."""
    result = model.run(OUTPUT__a="1", b="2")
    (model.staging_dir / "OUTPUT" / "mine").write_text("x")
    answer = asked(model, result, output_dir=model.staging_dir / "OUTPUT")
    assert [each["path"] for each in answer.outputs] == ["a"]


def test_noop_passes_over_outputs_that_are_gone(model: Model) -> None:
    """A processor before may have packed them away."""
    result = model.run(a="1", b="2")
    (model.staging_dir / "a").unlink()
    assert [each["path"] for each in asked(model, result, checksum=True).outputs] == ["b"]


def test_noop_of_a_workspace_without_a_record_counts_all_files(tmp_path: Path) -> None:
    """Nobody knows what lay there before, so nothing is called stale."""
    model = Model(tmp_path / "elsewhere", Expect(outputs=("*.nc",)))
    os.close(model.journal)
    model.staging_dir = tmp_path / "by-hand"
    model.staging_dir.mkdir()
    (model.staging_dir / "a.nc").write_text("x")
    assert asked(model).message == "1 file, 1 byte"


def test_noop_refuses_options_that_it_does_not_know(model: Model) -> None:
    """Upstream defect 25: misspelt options were ignored."""
    with pytest.raises(RequestError) as caught:
        NoopPostprocessor().process(model, checksun=True)
    assert str(caught.value) == (
        "noop has no option 'checksun'. Did you mean 'checksum'? Options: checksum, output_dir, validate_outputs"
    )


def test_noop_changes_nothing(model: Model) -> None:
    """It only looks."""
    result = model.run(a="1")
    before = take_snapshot(model.staging_dir)
    asked(model, result, checksum=True)
    assert take_snapshot(model.staging_dir) == before


def test_noop_offers_itself_by_name() -> None:
    """Users write ``type: noop``."""
    assert [(offer.kind, offer.name, offer.config) for offer in plugin.backends()] == [("process", "noop", NoopConfig)]


def test_noop_of_an_attempt_that_has_not_ended_says_so(model: Model) -> None:
    """Its driver was killed before it could look; that it wrote nothing is not known."""
    model.attempts += 1
    append(model.journal, encode(model.event(EventKind.ATTEMPT_STARTED)))
    (model.staging_dir / "out").write_text("half")
    told = "attempt 1 has not ended, so nobody knows what it wrote"
    answer = asked(model)
    assert (answer.success, answer.message, answer.outputs) == (False, told, [])
    answer = asked(model, validate_outputs=False)
    assert (answer.success, answer.message, answer.outputs) == (True, told, [])


def test_noop_alone_after_a_failed_run_says_so(model: Model) -> None:
    """The record knows how the last attempt ended."""
    model.run(out="half")
    failed = {"success": False, "failure": "exit_code", "message": "swan.exe ended with exit code 3"}
    append(model.journal, encode(model.event(EventKind.ATTEMPT_ENDED, result=failed)))
    answer = asked(model)
    assert (answer.success, answer.message) == (False, "the run failed: swan.exe ended with exit code 3")
    answer = asked(model, validate_outputs=False)
    assert answer.message == "the run failed: swan.exe ended with exit code 3; 1 output, 4 bytes"
    assert answer.success


def test_noop_counts_what_the_backend_expects(model: Model) -> None:
    """The record has its settings, as they were written."""
    for outputs in (["*.nc", "${NAME}"], "*.nc"):
        configs = {"backend": {"type": "local", "expect": {"outputs": outputs}}}
        append(model.journal, encode(model.event(EventKind.RUN_OPENED, configs=configs)))
        assert asked(model, model.run(out="x")).message == "expected output '*.nc' is missing"


def test_noop_makes_no_checksum_of_a_pipe(model: Model) -> None:
    """It would wait for ever for somebody who writes."""
    result = model.run(a="1")
    (model.staging_dir / "a").unlink()
    os.mkfifo(model.staging_dir / "a")
    assert [each["sha256"] for each in asked(model, result, checksum=True).outputs] == [None]
