"""Two plugins that offer one name of one kind: which of them stands, and why the other does not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import attrs

from rompy_core.plugins.kinds import TITLES
from rompy_core.plugins.reports import Origin
from rompy_hooks import Backend, ModelConfig


@attrs.frozen
class Claim:
    """A name of a kind that a plugin offers."""

    #: ``run``, ``process``, ``pipeline`` or ``model_config``.
    kind: str
    name: str
    origin: Origin
    #: ``None`` for an entry point that is imported when its name is asked for.
    made: Backend | ModelConfig | None = None

    @property
    def title(self) -> str:
        """For messages: ``run backend 'local'``."""
        return f"{TITLES[self.kind]} {self.name!r}"


@attrs.frozen
class Verdict:
    """A claim, and what stands against it."""

    claim: Claim
    #: Empty for a claim that stands.
    conflict: str = ""
    #: Whether it is left out for a built-in, which its users should be told.
    left_out: bool = False


def judge(claims: Iterable[Claim]) -> list[Verdict]:
    """The claims in their order, each with what stands against it."""
    claims = tuple(claims)
    rivals: Mapping[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        rivals[claim.kind, claim.name].append(claim)
    return [_judged(claim, rivals[claim.kind, claim.name]) for claim in claims]


def _judged(claim: Claim, rivals: Sequence[Claim]) -> Verdict:
    builtin = [rival for rival in rivals if rival.origin.source == "builtin"]
    named = [rival for rival in rivals if rival.origin.explicit]
    standing = (named or builtin) if builtin else rivals
    if claim not in standing:
        return _left_out(claim, standing[0])
    return Verdict(claim, _undecided(standing) if len(standing) > 1 else "")


def _left_out(claim: Claim, winner: Claim) -> Verdict:
    if claim.origin.source == "builtin":
        return Verdict(claim, f"plugin {winner.origin.in_full} was named with -p and takes the {claim.title}")
    if winner.origin.source != "builtin":
        return Verdict(claim, f"plugin {winner.origin.in_full} was named with -p and has the {claim.title}")
    return Verdict(
        claim,
        f"Plugin {claim.origin.in_full} offers the {claim.title}, which is built in {_distribution(winner.origin)}:"
        f" left out. Name it with -p {claim.origin.name}, or block the built-in with -p no:{winner.origin.name}",
        left_out=True,
    )


def _distribution(origin: Origin) -> str:
    return f"({origin.distribution} {origin.version})"


def _undecided(standing: Sequence[Claim]) -> str:
    plugins = " and ".join(sorted(rival.origin.in_full for rival in standing))
    last = max(rival.origin.name for rival in standing)
    return f"the {standing[0].title} is offered by plugins {plugins}; block all but one, as with -p no:{last}"
