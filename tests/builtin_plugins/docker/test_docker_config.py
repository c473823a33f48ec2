"""The keys of ``backend: {type: docker, ...}``."""

import attrs
import pytest

from builtin_plugins.docker import DockerConfig
from builtin_plugins.docker.dockerfile import Dockerfile
from rompy_core.structuring import json_schema, structure, unstructure
from rompy_hooks import ConfigError, RunConfig


def read(**keys: object) -> DockerConfig:
    """A config, as a file gives it."""
    return structure(DockerConfig, {"image": "swan", **keys}, title="docker")


def test_names_of_the_seed_are_those_of_every_backend():
    """``executable`` is the command, ``mpiexec`` the launcher, and ``cpu`` its ranks."""
    config = read(executable=["swan", "in"], mpiexec="mpiexec", cpu=4)
    assert config == read(command=["swan", "in"], launcher="mpiexec", cpu=4, ranks=4)
    assert (config.command, config.launcher, config.ranks, config.cpu) == (("swan", "in"), "mpiexec", 4, 4)
    assert attrs.evolve(config, timeout=3.0).command == ("swan", "in")
    assert (read(cpu=4).ranks, read(mpiexec="x", cpu=0.5, ranks=2).ranks, read(mpiexec="").launcher) == (None, 2, None)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"executable": "a", "command": "b"}, "executable: is command under another name; give one of them"),
        ({"mpiexec": "a", "launcher": "b"}, "mpiexec: is launcher under another name; give one of them"),
        ({"executable": " "}, "executable: must not be empty; give a program and its arguments"),
        ({"executable": "a", "steps": [{"name": "b", "command": "c"}]}, "steps: give command or steps, not both"),
        ({"mpiexec": "a", "cpu": 1.5}, "cpu: 1.5 is no number of ranks for mpiexec; give ranks beside it"),
        ({"cpu": 0}, "cpu: must be > 0, got 0"),
        ({"memory": "5m"}, "memory: the engine gives a container at least 6m, got 5242880 bytes"),
        ({"dockerfile": "x"}, "image: give the name of an image, or a dockerfile to build it from; not both"),
        ({"image": None}, "image: give the name of an image, or a dockerfile to build it from; one of them is needed"),
        ({"target": "x"}, "target: is for a build; give dockerfile instead of image"),
        ({"build_args": {"A": "b"}}, "build_args: is for a build; give dockerfile instead of image"),
        ({"pull": "sometimes"}, "pull: must be one of always, missing, never, got 'sometimes' (text)"),
        ({"gpus": 0}, "gpus: must be 'all', a number of at least 1, or the devices as in '0,1', got 0"),
        ({"user": "a b"}, "user: must be USER or USER:GROUP, by name or number, got 'a b'"),
        ({"ulimits": {"stack": "big"}}, "ulimits: stack must be a number, 'unlimited' or SOFT:HARD, got 'big'"),
        (
            {"labels": {"rompy.pid": "1"}},
            "labels: 'rompy.pid' is one of rompy's own labels; choose a name without 'rompy.'",
        ),
        ({"init": "yes"}, "init: must be true or false, got 'yes' (text)"),
    ],
)
def test_what_cannot_be_is_refused(keys, message):
    """With what would do."""
    with pytest.raises(ConfigError) as caught:
        read(**keys)
    assert str(caught.value) == message


def test_unknown_keys_name_the_nearest():
    """And all there are."""
    with pytest.raises(ConfigError) as caught:
        read(imgae="swan")
    keys = ", ".join(sorted(field.name for field in attrs.fields(DockerConfig)))
    assert str(caught.value) == f"'docker' has no key 'imgae'. Did you mean 'image'? Keys: {keys}"


def test_every_common_key_is_there():
    """And each of ours is described for editors."""
    names = {field.name for field in attrs.fields(DockerConfig)}
    assert {field.name for field in attrs.fields(RunConfig)} <= names
    properties = json_schema(DockerConfig)["properties"]
    assert [name for name in names if "description" not in properties[name]] == []
    assert properties["volumes"]["items"]["else"] == {"type": "string"}


def test_dockerfile_is_relative_to_its_context(tmp_path, monkeypatch):
    """Else to the folder of the file that names it, and that is then the context."""
    (tmp_path / "src/docker").mkdir(parents=True)
    (tmp_path / "src/docker/Model").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    within = read(image=None, dockerfile="docker/Model", build_context="src")
    assert within.dockerfile.file(within.build_context) == tmp_path / "src/docker/Model"
    assert within.dockerfile.context(within.build_context) == tmp_path / "src"
    alone = read(image=None, dockerfile="src/docker/Model")
    assert alone.dockerfile == Dockerfile(path="src/docker/Model", folder=tmp_path)
    assert alone.dockerfile.context(None) == tmp_path / "src/docker"
    assert DockerConfig(dockerfile="src/docker/Model") == alone
    assert structure(DockerConfig, unstructure(alone, omit_defaults=True)) == alone


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"dockerfile": "Nothing"}, "dockerfile: there is no file 'FOLDER/Nothing'"),
        ({"dockerfile": "D", "build_context": "nowhere"}, "build_context: there is no folder 'FOLDER/nowhere'"),
        (
            {"dockerfile": "D", "pull": "never"},
            "pull: 'never' is for an image; a build fetches the images that it starts from",
        ),
    ],
)
def test_what_cannot_be_built_is_refused(tmp_path, monkeypatch, keys, message):
    """Before anything is created."""
    (tmp_path / "D").write_text("FROM scratch\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        read(image=None, **keys)
    assert str(caught.value) == message.replace("FOLDER", str(tmp_path))
