"""What the system refuses of the host's own work is told as such, wherever it happens."""

import errno
import os
from pathlib import Path

import pytest

from rompy_hooks import RompyError, StageError, hookimpl

REMEDY = "; make space and start again"


class FullDisk:
    """A disk under a folder that is full from the nth call of one kind on."""

    def __init__(self, monkeypatch, folder, call, number, only=""):
        self.folder, self.number, self.only, self.seen = str(folder), number, only, 0
        self.real = getattr(os, call)
        monkeypatch.setattr(os, call, self.write if call == "write" else self.make)

    def count(self, path):
        if path.startswith(self.folder) and self.only in path:
            self.seen += 1
            if self.seen >= self.number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    def write(self, descriptor, data):
        self.count(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        return self.real(descriptor, data)

    def make(self, path, *arguments, **keywords):
        # What is only read needs no space.
        if self.real.__name__ != "open" or arguments[0] & os.O_CREAT:
            self.count(os.fspath(path))
        return self.real(path, *arguments, **keywords)


def outcome(model):
    """How a pipeline ends: its error, where it tells one."""
    try:
        result = model.pipeline(run_kwargs={"command": "echo 1 > out.txt", "expect": {"logs": ["*.log"]}})
    except StageError as error:
        return str(error)
    if not result:
        assert result.stage in ("generate", "run", "postprocess")
    return result.error


@pytest.mark.parametrize("call", ["write", "mkdir", "open"])
@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_is_told_as_such_wherever_it_is_met(host, monkeypatch, call, there):
    """At each event, folder and file: never a plugin's fault, never a bare error of the system."""
    told = set()
    for number in range(1, 60):
        # For a write, all that goes to the journal.
        model = host.model(run_id=f"sea{number}", config=host.template(a__txt="1"))
        if there:
            model.run(command="echo 1 > x.log")
        with monkeypatch.context() as patched:
            disk = FullDisk(patched, host.sims, call, number, "events.jsonl" if call == "write" else "")
            error = outcome(model)
        if disk.seen < number:
            break
        if error is not None:  # the script that repeats a run is tried once more, and perhaps nothing else is written
            assert error.endswith(REMEDY), error
            told.add(error)
    assert error is None
    assert told
    assert number > 3


def test_an_event_that_cannot_be_written_in_a_hook_is_no_fault_of_its_plugin(host, monkeypatch):
    """It passes the hook as it is."""

    class Chatty:
        @hookimpl(tryfirst=True)
        def run(self, context):
            FullDisk(monkeypatch, host.sims, "write", 1)
            context.emit("progress", done=1)

    result = host.model(Chatty()).pipeline(run_kwargs={"command": "true"})
    assert (bool(result), result.stage) == (False, "run")
    assert result.error == (
        f"Run 'sea': its journal in {host.sims}/sea/.rompy cannot be written: "
        f"[Errno 28] No space left on device: 'events.jsonl'{REMEDY}"
    )


def test_the_first_of_two_errors_is_told(host, monkeypatch):
    """An interrupt stays one when its end cannot be written."""
    model = host.model()

    class Stopped:
        @hookimpl
        def process(self, context):
            FullDisk(monkeypatch, host.sims, "write", 1)
            raise KeyboardInterrupt

    model.generate()
    with pytest.raises(KeyboardInterrupt):
        host.model(Stopped()).postprocess()


def test_a_device_that_is_always_full_is_told(host):
    """The journal of an earlier attempt leads to one."""
    model = host.model()
    model.run(command="true")

    def run():
        with model.in_hand() as bound:
            bound.generate()
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, bound._in_hand()._journal)
            os.close(full)
            return bound.run(command="true")

    with pytest.raises(StageError) as caught:
        run()
    assert str(caught.value).endswith(f"No space left on device: 'events.jsonl'{REMEDY}")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_other_refusals_have_no_remedy(host, monkeypatch, number):
    """They are errors of the host's work, too."""
    model = host.model()
    model.generate()

    def refuse(path, *arguments):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(RompyError) as caught:
        model.run(command="true")
    assert type(caught.value) is StageError
    assert str(caught.value) == (
        f"Run 'sea': its workspace {model.staging_dir} cannot be worked in:"
        f" [Errno {number}] {os.strerror(number)}: '{model.staging_dir}/.rompy/attempts'"
    )
