"""Names of images: ``[registry[:port]/]name[:tag][@sha256:...]``."""

import re

import attrs

# The grammar of https://pkg.go.dev/github.com/distribution/reference, without what only identifiers need.
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?))*|\[[0-9a-fA-F:]+\]"
)
_REFERENCE = re.compile(
    rf"(?P<name>(?:(?:{_HOST})(?::[0-9]+)?/)?{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ID = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST = 255


@attrs.frozen(kw_only=True)
class Reference:
    """A parsed name of an image."""

    #: With the registry, where there is one.
    name: str
    tag: str | None = None
    #: ``sha256:...``
    digest: str | None = None

    def __str__(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def parse_reference(text: str) -> Reference:
    """Take a name apart; an image's id, ``sha256:...``, is a name too.

    Raises:
        ValueError: No image can have this name.

    >>> parse_reference("localhost:5000/ocean/swan:41.45")
    Reference(name='localhost:5000/ocean/swan', tag='41.45', digest=None)
    """
    if _ID.fullmatch(text):
        return Reference(name=text)
    match = _REFERENCE.fullmatch(text)
    if match is None or len(match["name"]) > _LONGEST:
        why = "; names of images are in small letters" if _REFERENCE.fullmatch(text.lower()) else ""
        raise ValueError(f"must be [registry[:port]/]name[:tag][@sha256:...], got {_shown(text)!r}{why}")
    return Reference(name=match["name"], tag=match["tag"], digest=match["digest"])


def _shown(text: str) -> str:
    """A name without what may be a password: ``user:password@registry/name``."""
    before, at, after = text.rpartition("@")
    return f"***@{after}" if at and ":" in before and not after.startswith("sha256:") else text
