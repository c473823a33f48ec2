"""A module of model configs that both processes can import, and a model run of one of them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rompy_core import ModelRun, create_plugin_manager
from rompy_hooks import ModelConfig, hookimpl

MODULE = '''
"""Model configs of a stranger."""
import os, signal, sys, threading
import attrs
from pathlib import Path
from rompy_hooks import ConfigError, Fault, RunTimeoutError
from rompy_hooks import ModelConfig, RunResult, Secret, StageError, TemplateError, hookimpl


class Duck:
    """What all of them have."""

    def __init__(self, what="", **parts):
        self.what = what
        self.__dict__.update(parts)

    def run(self, model_run):
        Path("trace").write_text(f"{model_run.run_id} in {model_run.staging_dir}, {model_run.generate()}")
        return eval(self.what)

    def __call__(self, model_run):
        os.chdir("/")
        os.environ["LEAK"] = "1"
        return {"name": self.what, "in": model_run.staging_dir}

    def render(self, context, output_dir):
        eval(self.what)
        (context["config"]["in"] / "named").write_text(context["runtime"].run_id)
        Path(output_dir, "rendered").write_text(os.getcwd())


def fail(error):
    raise error


def die():
    sys.stderr.write("the last words\\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL)


class Empty:
    """A result that is false and says why."""

    message = "the grid is dry"

    def __bool__(self):
        return False


@attrs.frozen(kw_only=True)
class Named:
    """One that a plugin offers by name."""

    password: Secret = Secret("none")
    depth: float = 1.0

    def run(self, model_run):
        Path("trace").write_text(f"{self.depth} {self.password.reveal()} {model_run.manager.recipe.load}")
        return True


class Masking:
    """As pydantic with SecretStr: what it writes of itself has asterisks for the password."""

    def __init__(self, password="", lock=None):
        self.password = password
        if lock:
            self.lock = threading.Lock()

    @classmethod
    def model_validate(cls, data):
        return cls(password=data["password"], lock=data.get("lock"))

    def model_dump(self, mode="python"):
        return {"password": "*" * 10 if self.password else "", "lock": hasattr(self, "lock")}

    def __eq__(self, other):
        return self.password == other.password

    def run(self, model_run):
        Path("trace").write_text(self.password)
        return True


@hookimpl
def model_configs():
    return [ModelConfig(name="named", cls=Named), ModelConfig(name="masking", cls=Masking)]
'''


@pytest.fixture
def strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module, on the search path of both."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/strangers_models.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    import strangers_models  # type: ignore[import-not-found]

    yield strangers_models
    del sys.modules["strangers_models"]


@pytest.fixture
def model_run_of(tmp_path: Path) -> Callable[..., ModelRun]:
    """A model run of a config, its workspace made."""

    def make(config: Any, *load: str, plugins: Any = ()) -> ModelRun:
        manager = create_plugin_manager(load=load, autoload=False, plugins=plugins)
        model_run = ModelRun(run_id="x", output_dir=tmp_path / "sims", config=config, plugin_manager=manager)
        model_run.staging_dir.mkdir(parents=True)
        return model_run

    return make


@pytest.fixture
def offering() -> Callable[[type], object]:
    """A plugin object of the host that offers a class."""

    def offer(cls: type) -> object:
        class Plugin:
            """Offers one model config."""

            @hookimpl
            def model_configs(self) -> list[ModelConfig]:
                """The class."""
                return [ModelConfig(name="named", cls=cls)]

        return Plugin()

    return offer
