"""Data files of a model config: declared, fetched, checked, and put in their places."""

from rompy_core.data_files.data_file import DataFile, SourceLocation

__all__ = ["DataFile", "SourceLocation"]
