"""Where workspaces are, and which names they may have."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rompy_core.workspace import check_identifier, workspace_of
from rompy_hooks import IDENTIFIER, RequestError


def test_workspace_of_is_a_folder_named_by_the_run(tmp_path: Path) -> None:
    """Each run has a folder of its own below output_dir."""
    assert workspace_of(tmp_path, "swan-06") == tmp_path / "swan-06"


def test_workspace_of_is_output_dir_itself_without_a_subdir(tmp_path: Path) -> None:
    """With run_id_subdir false the run works in output_dir."""
    assert workspace_of(tmp_path, "swan-06", run_id_subdir=False) == tmp_path


def test_workspace_of_takes_a_relative_folder_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is absolute, so that nobody depends on the working directory afterwards."""
    monkeypatch.chdir(tmp_path)
    assert workspace_of(Path("sims"), "a") == tmp_path / "sims" / "a"


def test_workspace_of_keeps_symlinks_as_they_were_written(tmp_path: Path) -> None:
    """People know their disks by these names."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to("disk")
    assert workspace_of(tmp_path / "data", "a") == tmp_path / "data" / "a"


def test_workspace_of_leaves_a_symlink_by_dots_as_the_kernel_does(tmp_path: Path) -> None:
    """``link/..`` is the parent of what the link leads to, not of the link."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to("far/away")
    assert workspace_of(tmp_path / "link" / ".." / "sims", "a") == Path(os.path.realpath(tmp_path)) / "far/sims/a"


@pytest.mark.parametrize("text", ["", ".", "..", "../x", "/etc", "a/b", "a b", "-a", ".a", "a\n", "a\0", "ä", None, 3])
def test_check_identifier_refuses_what_could_leave_a_directory(text: str) -> None:
    """Upstream defect 1: a run_id of ``../x`` deleted outside the run."""
    with pytest.raises(RequestError) as caught:
        check_identifier(text, "run_id")
    assert str(caught.value) == (
        f"{text!r} is no run_id: it must begin with a letter or digit and hold letters, digits, and . _ + - only"
    )
    assert isinstance(caught.value, ValueError)


def test_check_identifier_refuses_names_that_are_too_long() -> None:
    """A name that the file system refuses would be found out after the first stage."""
    assert check_identifier("a" * 200, "run_id") == "a" * 200
    with pytest.raises(RequestError) as caught:
        check_identifier("a" * 201, "run_id")
    assert str(caught.value) == f"'{'a' * 40}'... is no run_id: it has 201 characters, at most 200 are allowed"


@given(st.text())
def test_workspace_of_never_leaves_output_dir(text: str) -> None:
    """Whatever is given, the workspace is a child of output_dir or the text is refused."""
    try:
        place = workspace_of(Path("/sims"), text)
    except RequestError:
        assert IDENTIFIER.fullmatch(text) is None or len(text) > 200
    else:
        assert Path(os.path.normpath(place)).parent == Path("/sims")
