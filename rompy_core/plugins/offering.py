"""Backends and model configs by name, and the lists of them."""

from rompy_core.plugins.catalogue import Catalogue
from rompy_core.plugins.kinds import BACKEND_KINDS
from rompy_core.plugins.literals import literal_model_type
from rompy_core.plugins.reports import ModelConfigOffer, Offer
from rompy_hooks import Backend, ModelConfig


class Offering(Catalogue):
    """A catalogue that people ask for names."""

    def backend(self, kind: str, name: str) -> Backend:
        """The backend that a name stands for.

        Args:
            kind: ``run``, ``process`` or ``pipeline``.
            name: What users write as ``type``.

        Raises:
            UnknownNameError: Nobody offers it.
            PluginError: Several plugins do, or the one that does is broken.
        """
        if self._unsettled:
            self.settle()
        found: Backend = self._standing.get((kind, name)) or self.standing(kind, name)
        return found

    def backend_of(self, config: object) -> Backend | None:
        """The backend that a config was made for; ``None`` for a class that nobody offers.

        Args:
            config: A config, such as ``LocalConfig()``.
        """
        if self._unsettled:
            self.settle()
        return (self._by_class or self.by_class()).get(type(config))

    def offers(self, kind: str | None = None) -> tuple[Offer, ...]:
        """The backends of a kind, or of all: by registration, those that are not imported yet at the end."""
        if self._unsettled:
            self.settle()
        return tuple(
            Offer(
                kind=claim.kind,
                name=claim.name,
                plugin=claim.origin.name,
                distribution=claim.origin.distribution,
                version=claim.origin.version,
                backend=claim.made if isinstance(claim.made, Backend) else None,
                conflict=verdict.conflict,
            )
            for verdict in self.verdicts()
            for claim in (verdict.claim,)
            if claim.kind == kind or (kind is None and claim.kind in BACKEND_KINDS)
        )

    def model_config(self, name: str) -> ModelConfig:
        """The model config that a ``model_type`` stands for: a registered name, else a class's own literal.

        Raises:
            UnknownNameError: Nobody offers it.
            PluginError: Several plugins do, or the one that does is broken.
        """
        if self._unsettled:
            self.settle()
        found: ModelConfig | None = self._standing.get(("model_config", name))
        if found is None:
            known = {offer.name for offer in self.model_config_offers()}
            found = self._by_literal(name) if name not in known else None
        return found or self.standing("model_config", name)

    def _by_literal(self, name: str) -> ModelConfig | None:
        for origin, point in self._discovery.pending("rompy.config"):
            self._load_class(origin, point)
        found = [each.model_config for each in self.model_config_offers() if not each.conflict]
        return next((each for each in found if each is not None and name in literal_model_type(each.cls)), None)

    def model_config_offers(self) -> tuple[ModelConfigOffer, ...]:
        """The model configs: by registration, those that are not imported yet at the end."""
        if self._unsettled:
            self.settle()
        return tuple(
            ModelConfigOffer(
                name=claim.name,
                plugin=claim.origin.name,
                distribution=claim.origin.distribution,
                version=claim.origin.version,
                model_config=claim.made if isinstance(claim.made, ModelConfig) else None,
                conflict=verdict.conflict,
            )
            for verdict in self.verdicts()
            for claim in (verdict.claim,)
            if claim.kind == "model_config"
        )
