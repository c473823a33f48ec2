"""Symbolic links of a workspace that leave it."""

from builtin_plugins.docker.links import outward_links


def test_links_that_leave_the_workspace_are_found(tmp_path):
    """With where they lead here and in the container; the record, and links inside, are left out."""
    workspace, data = tmp_path / "sims/sea", tmp_path / "data"
    (workspace / "sub").mkdir(parents=True)
    (workspace / ".rompy").mkdir()
    data.mkdir()
    (data / "wind.nc").write_text("7")
    (data / "latest.nc").symlink_to("wind.nc")
    for name, target in (
        ("wind.nc", str(data / "latest.nc")),
        ("sub/data", "../../../data"),
        ("inside", "sub"),
        ("python", "/usr/bin/python3"),
        ("nothing", "/nowhere/at/all"),
        (".rompy/x", "/data"),
    ):
        (workspace / name).symlink_to(target)
    links = {link.link: link for link in outward_links(workspace)}
    assert sorted(links) == ["nothing", "python", "sub/data", "wind.nc"]
    assert (links["wind.nc"].source, links["wind.nc"].target) == (f"{data}/wind.nc", f"{data}/latest.nc")
    assert (links["sub/data"].source, links["sub/data"].target) == (str(data), "/data")
    assert [name for name, link in links.items() if link.is_of_the_image] == ["python"]
    assert [name for name, link in links.items() if not link.exists] == ["nothing"]


def test_link_to_itself_exists_not(tmp_path):
    """And harms nothing."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (link,) = outward_links(tmp_path)
    assert not link.exists
