"""Config classes, as pydantic's are used."""

from typing import Literal


class _Model:
    def __init__(self, **values):
        self.__dict__.update(values)

    @classmethod
    def model_validate(cls, values):
        return cls(**values)


class WaveConfig(_Model):
    """A wave model."""

    model_type: Literal["swan-like"] = "swan-like"


class AnalysisConfig(_Model):
    """Never imported: the processor of the same name has the options."""


class Reporter:
    def process(self, model_run, config, title="report"):
        return {"success": True, "message": f"{title} by {type(config).__name__}"}


class ReportConfig(_Model):
    def get_postprocessor_class(self):
        return Reporter
