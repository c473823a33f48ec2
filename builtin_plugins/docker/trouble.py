"""What goes wrong with an engine, in words that say what to do."""

import re

import attrs

from rompy_hooks import Failure


class DockerError(Exception):
    """A run cannot go on; the message says what to do."""

    def __init__(self, message: str, failure: Failure = Failure.NOT_STARTED) -> None:
        super().__init__(message)
        self.failure = failure


@attrs.frozen
class _Remedy:
    """What an engine says, and what to do about it."""

    pattern: str
    advice: str
    failure: Failure = Failure.NOT_STARTED


_REMEDIES = (
    _Remedy(r"no space left on device", "free space where the engine keeps its data (docker system df)", Failure.DISK),
    _Remedy(r"could not select device driver", "the engine's machine needs the NVIDIA container toolkit for gpus"),
    _Remedy(r"unable to find (user|group)", "the image does not know that name: give user as numbers, UID:GID"),
    _Remedy(r"exec format error", "the image is for another processor: choose another platform or image"),
    _Remedy(r"does not match the (specified|detected) (host )?platform", "pull or build it for that platform"),
    _Remedy(r"bind source path does not exist", "the engine does not see this machine's files: use one that runs here"),
    _Remedy(r"network .* not found", "make it with docker network create, or choose none, bridge or host"),
    _Remedy(r"is already in use by container", "choose another name, or remove that container"),
    _Remedy(r"invalid (CapAdd|capability)|unknown capability", "see man 7 capabilities for their names"),
    _Remedy(
        r"docker-init|init binary", "the engine has no init program: install tini where it runs, or set init: false"
    ),
    _Remedy(r"(executable file not found|no such file or directory)", "is the command in the image?"),
    _Remedy(r"permission denied", "may the container's user execute and read it? See user"),
    _Remedy(r"operation not permitted", "the engine or its machine does not allow that"),
)


def advice_of(text: str) -> tuple[str, Failure]:
    """What to do about what an engine said, with a ``;`` before it, and the kind of failure.

    >>> advice_of("write /var/lib/docker/tmp: no space left on device")[1].value
    'disk'
    """
    for remedy in _REMEDIES:
        if re.search(remedy.pattern, text, re.IGNORECASE):
            return f"; {remedy.advice}", remedy.failure
    return "", Failure.NOT_STARTED


def refusal(error: Exception) -> DockerError:
    """The trouble of a request that the engine refused: a ``DockerException``, or an error of the connection."""
    said = said_by(error)
    advice, failure = advice_of(said)
    return DockerError(f"{said}{advice}", failure)


def said_by(error: BaseException) -> str:
    """What the engine said, without the HTTP around it."""
    explanation = getattr(error, "explanation", None)
    text = str(explanation or error)
    # runc's own words come last, behind those of everybody who passed them on.
    text = re.sub(r"^failed to create (shim )?task.*?: (?=exec:|error mounting|unable to)", "", text)
    return " ".join(text.split()).removesuffix(": unknown").removesuffix(".")


def os_error_of(error: BaseException) -> OSError | None:
    """The operating system's error below those of urllib3, requests and docker-py, if there is one."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    found: OSError | None = None
    while waiting:
        each = waiting.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, OSError) and each.errno is not None:
            found = each
        waiting += [each.__cause__, each.__context__, *each.args, getattr(each, "reason", None)]
    return found


def engine_errors() -> tuple[type[Exception], ...]:
    """What a request to an engine may raise."""
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    return DockerException, RequestException, OSError
