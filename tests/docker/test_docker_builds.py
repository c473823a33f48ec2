"""Images built from a Dockerfile, by a real engine."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builtin_plugins.docker.build_context import BuildContext
from rompy_core import RunCancellation
from rompy_hooks import EventKind, RunTimeoutError, hookimpl

DOCKERFILE = """\
FROM {image}
ARG WHO=nobody
RUN : {folder}
RUN echo "hello $WHO" > /greeting
COPY model.sh /usr/bin/model
"""


@pytest.fixture
def source(tmp_path, busybox_image):
    """A folder with a Dockerfile and a model."""
    folder = tmp_path / "source"
    folder.mkdir()
    # No other test builds the same, so none takes its layers away.
    (folder / "Dockerfile").write_text(DOCKERFILE.format(image=busybox_image, folder=folder))
    (folder / "model.sh").write_text("#!/bin/sh\ncat /greeting\n")
    (folder / "model.sh").chmod(0o755)
    return folder


@pytest.fixture
def built(engine):
    """The images that tests build are removed."""
    names = []
    yield names
    for name in set(names):
        engine.images.remove(name)


@pytest.fixture
def run(host, source, built):
    """Runs the model of a Dockerfile."""

    def run(**options):
        options = {"dockerfile": source / "Dockerfile", "executable": "model", **options}
        result = host.model().run("docker", **options)
        built.extend([result.metadata["image"]] if "image" in result.metadata else [])
        return result

    return run


def test_image_is_built_with_its_arguments(run, source):
    """The build's output is in a log of its own, and the record says who built the image."""
    result = run(build_args={"WHO": f"tide {source}"})
    assert result.stdout.read_text() == f"hello tide {source}\n"
    assert result.metadata["builder"] in ("classic", "buildkit")
    assert "RUN echo" in (result.stdout.parent / "build.log").read_text()


def test_image_is_built_again_only_when_a_file_has_changed(run, source):
    """By content, not by time; files that are ignored don't count."""
    (source / ".dockerignore").write_text("*.log\n# a comment\n")
    first = run().metadata
    os.utime(source / "model.sh", (1, 1))
    (source / "old.log").write_text("nothing")
    second = run().metadata
    assert (second["builder"], second["image_id"]) == ("cache", first["image_id"])
    (source / "model.sh").write_text("#!/bin/sh\necho changed\n")
    third = run()
    assert third.metadata["builder"] != "cache"
    assert third.stdout.read_text() == "changed\n"


def test_dockerfile_is_relative_to_the_context_that_is_named(run, source):
    """A Dockerfile outside its context will do too."""
    assert run(dockerfile="Dockerfile", build_context=source)
    elsewhere = source.parent / "Elsewhere"
    elsewhere.write_text((source / "Dockerfile").read_text())
    assert run(dockerfile=elsewhere, build_context=source)


def test_failed_build_shows_the_step_and_its_last_lines(run, source):
    """Nothing is left behind, as the session's end sees."""
    with (source / "Dockerfile").open("a") as file:
        file.write("RUN echo missing netcdf.mod && exit 3\nRUN echo never\n")
    result = run(build_args={"WHO": str(source)})
    assert result.failure == "not_started"
    lines = result.message.splitlines()
    assert lines[0].startswith(f"image of {source}/Dockerfile cannot be built at ")
    assert "RUN echo missing netcdf.mod && exit 3" in lines[0]
    assert "  missing netcdf.mod" in lines
    assert lines[-1].startswith("Log: ")


def test_build_is_told_while_it_goes_on(host, source, built):
    """To whoever watches."""
    lines = []

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT and event.data["step"] == "build":
                lines.extend(event.data["lines"])

    with (source / "Dockerfile").open("a") as file:
        file.write(f"RUN echo compiled {source}\n")
    result = host.model(Watcher()).run("docker", dockerfile=source / "Dockerfile", executable="model")
    built.append(result.metadata["image"])
    assert f"compiled {source}" in lines


def test_build_that_is_cancelled_is_given_up(host, source, busybox_image):
    """The session's end sees that nothing is left of it."""
    cancellation = RunCancellation()

    class Watcher:
        @hookimpl
        def on_event(self, event):
            if event.kind == EventKind.OUTPUT and "asleep" in event.data["lines"]:
                cancellation.request("the forecast is no longer needed")

    with (source / "Dockerfile").open("a") as file:
        file.write("RUN echo asleep; sleep 1000\n")
    with host.model(Watcher()).in_hand(cancellation=cancellation) as bound:
        result = bound.run("docker", dockerfile=source / "Dockerfile", executable="model")
    assert (result.failure, result.message) == (
        "cancelled",
        "the build of its image was ended: the forecast is no longer needed",
    )


def test_build_counts_for_the_timeout(run, source):
    """It is not even begun where there is no time."""
    with pytest.raises(
        RunTimeoutError, match=r"^Run 'sea' timed out: the build of its image took longer than 0.001 s$"
    ):
        run(timeout=0.001)


def digest(folder: Path, **options) -> str:
    """The hash of a context."""
    settings = {"args": {}, "target": None, "platform": None, **options}
    return BuildContext(dockerfile=folder / "Dockerfile", folder=folder).digest(**settings)


def test_digest_is_of_all_that_an_image_is_made_of(tmp_path):
    """Each of these makes another image."""
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    (tmp_path / "a").write_text("1")
    seen = {digest(tmp_path)}
    for options in ({"args": {"A": "1"}}, {"args": {"A": "2"}}, {"target": "a"}, {"platform": "linux/arm64"}):
        seen.add(digest(tmp_path, **options))
    (tmp_path / "a").chmod(0o755)
    seen.add(digest(tmp_path))
    (tmp_path / "a").rename(tmp_path / "b")
    seen.add(digest(tmp_path))
    (tmp_path / "c").symlink_to("b")
    seen.add(digest(tmp_path))
    (tmp_path / "Dockerfile").write_text("FROM y\n")
    seen.add(digest(tmp_path))
    assert len(seen) == 9


@given(patterns=st.lists(st.sampled_from(["*.nc", "!keep.nc", "sub", "**/*.log", "sub/*", "# a"]), unique=True))
def test_what_is_ignored_does_not_count(tmp_path_factory, patterns):
    """A file that no build sees changes no hash; one that it sees does."""
    folder = tmp_path_factory.mktemp("context")
    (folder / "sub").mkdir()
    for name in ("Dockerfile", "keep.nc", "a.nc", "sub/b.log", "sub/c.txt"):
        (folder / name).write_text(name)
    (folder / ".dockerignore").write_text("\n".join(patterns))
    files = BuildContext(dockerfile=folder / "Dockerfile", folder=folder).files()
    assert "Dockerfile" in files
    for name in ("keep.nc", "a.nc", "sub/b.log", "sub/c.txt"):
        before = digest(folder)
        (folder / name).write_text("changed")
        assert (digest(folder) != before) == (name in files)


def test_ignore_file_of_the_dockerfile_comes_first(tmp_path):
    """As BuildKit has it."""
    for name, text in (
        ("Model", "FROM x\n"),
        ("a", ""),
        ("b", ""),
        (".dockerignore", "a"),
        ("Model.dockerignore", "b"),
    ):
        (tmp_path / name).write_text(text)
    files = BuildContext(dockerfile=tmp_path / "Model", folder=tmp_path).files()
    assert "a" in files
    assert "b" not in files
