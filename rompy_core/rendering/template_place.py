"""Where a template is, and what to say when it is not there."""

from pathlib import Path

from rompy_core.nearest_path import did_you_mean_path


def check_template(template: Path) -> None:
    """Refuse a template that is not there or is neither a file nor a directory.

    Raises:
        ValueError: It says what was given and names the path that is most like it.
    """
    if template.is_dir() or template.is_file():
        return
    if template.exists():
        raise ValueError(f"must be a directory or a file, got {str(template)!r}")
    raise ValueError(f"no such directory or file: {str(template)!r}.{did_you_mean_path(template)}".removesuffix("."))
