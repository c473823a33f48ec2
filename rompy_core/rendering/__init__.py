"""Rendering of template trees: contents and names, with a sandboxed Jinja2 that is imported when it is needed."""

from rompy_core.rendering.runtime import Runtime, not_for_templates, runtime_of
from rompy_core.rendering.template_place import check_template
from rompy_core.rendering.tree import check_target, render_tree

__all__ = ["Runtime", "check_target", "check_template", "not_for_templates", "render_tree", "runtime_of"]
