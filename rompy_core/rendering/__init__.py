"""Rendering of template trees: contents and names, with a sandboxed Jinja2 that is imported when it is needed."""

from rompy_core.rendering.runtime import Runtime, runtime_of
from rompy_core.rendering.template_place import check_template
from rompy_core.rendering.tree import render_tree

__all__ = ["Runtime", "check_template", "render_tree", "runtime_of"]
