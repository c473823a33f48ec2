"""Inputs get their places: all of them, or none."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rompy_core.workspace import install_inputs
from rompy_hooks import WorkspaceError


def names_in(folder: Path) -> list[str]:
    """The names in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a record's folder."""
    (tmp_path / "w" / ".rompy").mkdir(parents=True)
    return tmp_path / "w"


def staged(workspace: Path, **files: str) -> Path:
    """A staging folder with files, ``__`` standing for a slash."""
    staging = workspace / ".rompy" / "staging"
    staging.mkdir()
    for name, text in files.items():
        path = staging / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return staging


def test_install_inputs_moves_the_tree(workspace: Path) -> None:
    """Files and folders arrive, the staging folder is gone, the answer is sorted."""
    staging = staged(workspace, INPUT="a", grid__bottom="b", grid__deep__mask="c")
    assert install_inputs(staging, workspace) == ("INPUT", "grid/bottom", "grid/deep/mask")
    assert (workspace / "grid/deep/mask").read_text() == "c"
    assert not staging.exists()


def test_install_inputs_replaces_and_removes_its_own(workspace: Path) -> None:
    """What an earlier generate made is replaced; what is no longer made goes, with the folder that it leaves empty."""
    first = install_inputs(staged(workspace, INPUT="1", old__grid="x", old__mask="y"), workspace)
    (workspace / "old" / "mask").unlink()
    assert install_inputs(staged(workspace, INPUT="2"), workspace, ours=first) == ("INPUT",)
    assert (workspace / "INPUT").read_text() == "2"
    assert names_in(workspace) == [".rompy", "INPUT"]


def test_install_inputs_keeps_outputs_beside_stale_inputs(workspace: Path) -> None:
    """A folder that holds something else stays."""
    first = install_inputs(staged(workspace, run__INPUT="1"), workspace)
    (workspace / "run" / "out.nc").write_text("result")
    install_inputs(staged(workspace, INPUT="2"), workspace, ours=first)
    assert names_in(workspace / "run") == ["out.nc"]


def test_install_inputs_refuses_before_anything_moves(workspace: Path) -> None:
    """A file that rompy did not make is never replaced, and the others are not moved either."""
    (workspace / "notes").write_text("mine")
    (workspace / "taken").mkdir()
    (workspace / "file").write_text("mine")
    staging = staged(workspace, INPUT="1", notes="2", taken="3", file__below="4")
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staging, workspace)
    assert str(caught.value) == (
        f"{workspace}: inputs would replace what is there: file is no folder; notes is not an input of this run; "
        "taken is a folder. Move these files away, or choose another run_id or output_dir"
    )
    assert (workspace / "notes").read_text() == "mine"
    assert not (workspace / "INPUT").exists()


def test_install_inputs_takes_a_file_of_the_same_content(workspace: Path) -> None:
    """What a generate left that was killed in the middle does not block the next."""
    (workspace / "INPUT").write_text("same")
    (workspace / "link").symlink_to("INPUT")
    staging = staged(workspace, INPUT="same")
    (staging / "link").symlink_to("INPUT")
    assert install_inputs(staging, workspace) == ("INPUT", "link")
    staging = staged(workspace, INPUT="else")
    with pytest.raises(WorkspaceError):
        install_inputs(staging, workspace)


@pytest.mark.parametrize("made", ["else", "sam"])
def test_install_inputs_compares_links_and_files_apart(workspace: Path, made: str) -> None:
    """A link in the workspace is not the file that is made, whatever it leads to."""
    (workspace / "target").write_text("same")
    (workspace / "INPUT").symlink_to("target")
    with pytest.raises(WorkspaceError):
        install_inputs(staged(workspace, INPUT=made), workspace)


def test_install_inputs_writes_through_no_symlink(workspace: Path, tmp_path: Path) -> None:
    """A folder that is a link would carry inputs out of the workspace."""
    (tmp_path / "elsewhere").mkdir()
    (workspace / "grid").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staged(workspace, grid__bottom="b"), workspace)
    assert "grid is no folder" in str(caught.value)
    assert names_in(tmp_path / "elsewhere") == []


def test_install_inputs_refuses_the_record(workspace: Path) -> None:
    """A template must not write our journal."""
    staging = staged(workspace)
    (staging / ".rompy").mkdir()
    (staging / ".rompy" / "events.jsonl").write_text("{}")
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staging, workspace)
    assert ".rompy is rompy's own; .rompy/events.jsonl is rompy's own" in str(caught.value)


def test_install_inputs_makes_a_folder_where_an_input_was(workspace: Path) -> None:
    """An input of the earlier generate may be a folder now; the other way it is refused, for what may lie in it."""
    first = install_inputs(staged(workspace, a="1", b__c="2"), workspace)
    second = install_inputs(staged(workspace, a__x="1", b__c="2"), workspace, ours=first)
    assert second == ("a/x", "b/c")
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staged(workspace, b="2"), workspace, ours=second)
    assert "b is a folder. Move" in str(caught.value)


def test_install_inputs_clears_only_when_nothing_stands_in_the_way(workspace: Path) -> None:
    """A stranger's file is found before anything is gone; what goes stands in nobody's way."""
    called: list[object] = []
    (workspace / "out" / "deep").mkdir(parents=True)
    (workspace / "out" / "deep" / "a.nc").write_text("1")
    (workspace / "notes").write_text("mine")
    going = {"out/deep/a.nc"}
    calls = {"clear": lambda: called.append("clear"), "planned": called.append}
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staged(workspace, out="1", notes="2"), workspace, going=going, **calls)
    assert "replace what is there: notes is not an input of this run. Move" in str(caught.value)
    assert called == []
    calls["clear"] = lambda: called.append(shutil.rmtree(workspace / "out"))
    (workspace / ".rompy" / "staging" / "notes").write_text("mine")
    install_inputs(workspace / ".rompy" / "staging", workspace, going=going, **calls)
    assert called == [None, ("notes", "out")]
    assert (workspace / "out").read_text() == "1"


@pytest.mark.parametrize("left", ["out/a.nc", "out/deep"])
def test_install_inputs_refuses_a_folder_of_which_something_is_left(workspace: Path, left: str) -> None:
    """Another file, or a folder that was empty before."""
    (workspace / "out" / "deep").mkdir(parents=True)
    for name in ("out/a.nc", "out/b.nc"):
        (workspace / name).write_text("1")
    if left != "out/deep":
        (workspace / "out" / "deep").rmdir()
    going = {"out/a.nc", "out/b.nc"} - {left}
    with pytest.raises(WorkspaceError, match="out is a folder"):
        install_inputs(staged(workspace, out="1"), workspace, going=going)


def test_install_inputs_lists_few_of_many_conflicts(workspace: Path) -> None:
    """Five say enough."""
    for number in range(7):
        (workspace / f"f{number}").write_text("mine")
    with pytest.raises(WorkspaceError) as caught:
        install_inputs(staged(workspace, **{f"f{number}": "made" for number in range(7)}), workspace)
    assert "f4 is not an input of this run and 2 more. Move" in str(caught.value)


trees = st.dictionaries(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join), st.sampled_from(["1", "2"]), max_size=5
).filter(lambda tree: not any(one.startswith(f"{other}/") for one in tree for other in tree))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(trees, trees, trees)
def test_install_inputs_installs_all_or_nothing(
    tmp_path: Path, mine: dict[str, str], first: dict[str, str], second: dict[str, str]
) -> None:
    """Two generates around a stranger's files: those survive, and the inputs are whole, or nothing changed."""
    workspace = tmp_path / str(len(list(tmp_path.iterdir())))
    (workspace / ".rompy").mkdir(parents=True)
    for name, text in mine.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text)
    ours: tuple[str, ...] = ()
    for made in (first, second):
        staging = staged(workspace, **{name.replace("/", "__"): text for name, text in made.items()})
        before = {path: path.read_text() for path in workspace.rglob("*") if path.is_file()}
        try:
            ours = install_inputs(staging, workspace, ours=ours)
        except WorkspaceError:
            assert {path: path.read_text() for path in workspace.rglob("*") if path.is_file()} == before
            return
        assert {name: (workspace / name).read_text() for name in made} == made
        assert all(
            (workspace / name).read_text() == text for name, text in mine.items() if name not in {**first, **second}
        )
