"""Calling the C library where Python has no function for it. Loaded by the supervisor."""

import _ctypes  # what ctypes is made of: the module itself takes milliseconds to import


def call(name: str, *arguments: int | bytes) -> int:
    """Call a function of the C library.

    Args:
        name: The function.
        arguments: C ints, or bytes for a pointer to them.

    Returns:
        Its result, which is an int.

    Raises:
        OSError: The result is negative.
    """
    function = _ctypes.dlsym(_ctypes.dlopen(None, 0), name)  # type: ignore[arg-type]
    result: int = _ctypes.call_function(function, arguments)
    if result < 0:
        raise OSError(f"{name}{arguments} failed")
    return result
