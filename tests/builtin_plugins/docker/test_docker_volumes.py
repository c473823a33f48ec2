"""Volumes as users write them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builtin_plugins.docker.config import DockerConfig
from builtin_plugins.docker.volumes import Volume
from rompy_core.structuring import structure
from rompy_hooks import ConfigError

_read = Volume.__rompy_from_text__


def volumes_of(*given: object) -> tuple[Volume, ...]:
    """The volumes of a config."""
    return structure(DockerConfig, {"image": "swan", "volumes": list(given)}).volumes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("./data:/data", ("FOLDER/data", "/data", False, None)),
        ("./data:/data:ro", ("FOLDER/data", "/data", True, None)),
        ("data/../data:/data/:rw", ("FOLDER/data", "/data", False, None)),
        ("/tmp:/scratch:ro,z", ("/tmp", "/scratch", True, "z")),
        (".:/all:Z", ("FOLDER", "/all", False, "Z")),
        ("cache:/var/cache", ("cache", "/var/cache", False, None)),
        ("~:/home/me:ro", (str(Path.home()), "/home/me", True, None)),
    ],
)
def test_short_form_is_read_as_docker_run_reads_it(tmp_path, text, expected):
    """Paths are relative to the folder of the file; a name without a slash is a named volume."""
    (tmp_path / "data").mkdir()
    volume = _read(text, tmp_path)
    source, *rest = expected
    assert (volume.source, volume.target, volume.read_only, volume.selinux) == (
        source.replace("FOLDER", str(tmp_path)),
        *rest,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("data", "must be host:container[:ro|rw][,z|Z], got 'data'"),
        (":/data", "must be host:container[:ro|rw][,z|Z], got ':/data'"),
        (
            "/a:b:/c:ro",
            (
                "must be host:container[:ro|rw][,z|Z], got '/a:b:/c:ro'; a path with a colon in it needs the form"
                " {source: ..., target: ...}"
            ),
        ),
        ("/tmp:/data:rx", "'/tmp:/data:rx' has the option 'rx'; known: ro, rw, z, Z"),
        ("/tmp:/data:ro,rw", "'/tmp:/data:ro,rw' says more than once what ro and rw say"),
        ("/tmp:/data:z,Z", "'/tmp:/data:z,Z' says more than once what z and Z say"),
        ("/tmp:data", "must be an absolute path in the container, got 'data'"),
        ("/tmp:/", "must not be '/', where the image's own files are"),
        ("/tmp:/workspace/", "must not be '/workspace', where the run's workspace is"),
        ("/tmp:/a/../b", "must be an absolute path in the container, got '/a/../b'"),
        (
            "./nowhere:/data",
            "there is no file or directory '/nowhere' on this machine; make it, or correct the path",
        ),
        ("a b:/data", "must be an absolute path or the name of a volume, got 'a b'"),
        (
            "~nobody-of-this-name:/data",
            "'~nobody-of-this-name' cannot be made absolute: Could not determine home directory.",
        ),
    ],
)
def test_what_is_no_volume_is_refused(text, message):
    """With what would do."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message follows
        _read(text, Path("/"))
    assert str(caught.value) == message


def test_several_volumes_may_share_a_path_of_this_machine(tmp_path):
    """But not a place in the container; faults name the volume."""
    assert len(volumes_of(f"{tmp_path}:/a", f"{tmp_path}:/b:ro", {"source": str(tmp_path), "target": "/c"})) == 3
    with pytest.raises(ConfigError, match=r"^volumes: /a can hold one thing only$"):
        volumes_of(f"{tmp_path}:/a", "cache:/a/")
    with pytest.raises(ConfigError, match=r"^volumes\[1\]: must be host:container\[:ro\|rw\]\[,z\|Z\], got 'x'$"):
        volumes_of(f"{tmp_path}:/a", "x")
    with pytest.raises(ConfigError, match=r"^volumes\[0\]: must be a text or a mapping, got 3$"):
        volumes_of(3)


def test_paths_are_relative_to_the_working_directory_in_python(tmp_path, monkeypatch):
    """As everywhere."""
    monkeypatch.chdir(tmp_path)
    expected = (Volume(source=str(tmp_path), target="/data"),)
    assert DockerConfig(image="swan", volumes="./:/data").volumes == expected
    assert DockerConfig(image="swan", volumes=["./:/data"]).volumes == expected
    assert volumes_of("./:/data") == expected


_names = st.text(
    st.characters(codec="utf-8", exclude_characters=":/\0\r\n", exclude_categories=["Cs"]), min_size=1, max_size=20
)


@given(
    name=_names.filter(lambda name: name not in (".", "..")),
    target=st.lists(_names.filter(lambda name: name not in (".", "..")), min_size=1, max_size=3),
    read_only=st.booleans(),
    selinux=st.sampled_from([None, "z", "Z"]),
)
def test_whatever_is_written_is_read(tmp_path_factory, name, target, read_only, selinux):
    """Any name of a folder, any place in the container, any options."""
    folder = tmp_path_factory.mktemp("v")
    (folder / name).mkdir(exist_ok=True)
    place = "/in/" + "/".join(target)
    modes = ",".join(filter(None, ["ro" if read_only else "", selinux]))
    volume = _read(f"./{name}:{place}" + (f":{modes}" if modes else ""), folder)
    assert volume == Volume(source=str(folder / name), target=place, read_only=read_only, selinux=selinux)
    assert volume.bind().startswith(f"{folder / name}:{place}:")
    os.rmdir(folder / name)  # noqa: PTH106


@given(text=st.text(max_size=40))
def test_any_other_text_is_refused_in_words(text):
    """Nothing but a ValueError comes of it."""
    try:
        volume = _read(text, Path("/nowhere-at-all"))
    except ValueError:
        return
    assert volume.target.startswith("/")
