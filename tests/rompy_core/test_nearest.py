"""The nearest of the names that are known."""

import pytest

from rompy_core.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("imgae", ["cpu", "image"], "image"),
        ("Docker", ["docker", "local"], "docker"),
        ("IMAGE", ["cpu", "image"], "image"),
        ("slrm", {"docker", "local", "slurm"}, "slurm"),
        ("commnd", ["Command", "expect"], "Command"),
        ("xyz", ["docker", "local"], None),
        ("anything", [], None),
        ("", ["local"], None),
    ],
)
def test_nearest_finds_the_name_that_was_meant(name: str, known: list[str], expected: str | None) -> None:
    """A misspelt name is told apart from one that nobody knows, whatever its case."""
    assert nearest(name, known) == expected


def test_did_you_mean_is_a_sentence_or_nothing() -> None:
    """The text can be put behind a full stop as it is."""
    assert did_you_mean("imgae", ["image"]) == " Did you mean 'image'?"
    assert did_you_mean("xyz", ["image"]) == ""
