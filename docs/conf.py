"""Settings of the documentation. Warnings are errors: ``sphinx-build -n -W docs docs/_build/html``."""

from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.napoleon import Config, GoogleDocstring

import rompy_core

project = "rompy-core"
author = "The rompy-core developers"
copyright = f"2026, {author}"
release = rompy_core.__version__
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
# Names of the standard library, attrs and pluggy have no target here: the build uses no network.
nitpick_ignore_regex = [
    ("py:.*", r"(pathlib|typing|collections|datetime|enum|os|sys|threading|time|attrs?|pluggy)\..*"),
    # What programs are given and hand on as it is: the record page tells of Record, the rest needs no page.
    ("py:.*", r"(.*\.)?(Document|Kind|PeriodError|PluginRecipe|Record)"),
    ("py:.*", r"(re|Path|Any|Mapping|Literal|Self|datetime|timedelta|ValueError|TimeoutError|TypeError|Exception)"),
]

html_theme = "furo"
html_title = f"rompy-core {release}"
html_theme_options = {"navigation_with_keys": True}


def read_google_style(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Turn Args, Returns and Raises into fields.

    What is said of an attribute has none, and napoleon would take the words before its first colon for a type.
    """
    if what not in {"attribute", "data", "property"}:
        lines[:] = GoogleDocstring(lines, Config(), app, what, name, obj, options).lines()


def find_public_name(app: Sphinx, env: Any, node: Any, contnode: Any) -> Any:
    """Point ``rompy_hooks.results.RunResult``, where annotations find it, to ``rompy_hooks.RunResult``."""
    package, _, name = node.get("reftarget", "").partition(".")
    if node.get("refdomain") != "py" or not package.startswith("rompy_"):
        return None
    name = name.rpartition(".")[2]
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", f"{package}.{name}", node, contnode)


def setup(app: Sphinx) -> None:
    """Connect both."""
    app.connect("autodoc-process-docstring", read_google_style)
    app.connect("missing-reference", find_public_name)
