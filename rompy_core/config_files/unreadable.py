"""The one exception that ends the reading of a file: nothing after it can be trusted."""


class UnreadableError(Exception):
    """A file cannot be read any further; who asked for the file turns it into a fault.

    Attributes:
        message: What is wrong and what would do.
        line: Where in the file, from 1; ``None`` when the file as a whole is meant.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
