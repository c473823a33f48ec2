"""Names of images."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builtin_plugins.docker.reference import Reference, parse_reference

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("swan", ("swan", None, None)),
        ("ocean/swan:41.45", ("ocean/swan", "41.45", None)),
        ("localhost:5000/swan", ("localhost:5000/swan", None, None)),
        ("registry.example.org:5000/a/b_c/d--e:V_1.2-x", ("registry.example.org:5000/a/b_c/d--e", "V_1.2-x", None)),
        (f"ghcr.io/x/y@{DIGEST}", ("ghcr.io/x/y", None, DIGEST)),
        (f"y:1@{DIGEST}", ("y", "1", DIGEST)),
        (DIGEST, (DIGEST, None, None)),
    ],
)
def test_names_are_taken_apart(text, expected):
    """Registry, port, tag and digest."""
    name, tag, digest = expected
    assert parse_reference(text) == Reference(name=name, tag=tag, digest=digest)
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Swan", "'Swan'; names of images are in small letters"),
        ("swan:", "'swan:'"),
        ("a//b", "'a//b'"),
        ("swan@sha256:12", "'swan@sha256:12'"),
        ("", "''"),
        ("me:sesame@registry.org/swan", "'***@registry.org/swan'"),
    ],
)
def test_what_no_image_is_called_is_refused(text, shown):
    """A password in it is not shown."""
    with pytest.raises(ValueError, match="must be") as caught:
        parse_reference(text)
    assert str(caught.value) == f"must be [registry[:port]/]name[:tag][@sha256:...], got {shown}"


_parts = st.from_regex(r"[a-z0-9]{1,8}([._-][a-z0-9]{1,8}){0,2}", fullmatch=True)


@given(
    host=st.sampled_from(["", "localhost/", "localhost:5000/", "a.example.org/", "[::1]:5000/"]),
    parts=st.lists(_parts, min_size=1, max_size=4),
    tag=st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    digest=st.sampled_from([None, DIGEST]),
)
def test_any_name_comes_back_as_it_was_written(host, parts, tag, digest):
    """What is taken apart can be put together."""
    text = host + "/".join(parts) + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    assert str(parse_reference(text)) == text
    assert (parse_reference(text).tag, parse_reference(text).digest) == (tag, digest)
