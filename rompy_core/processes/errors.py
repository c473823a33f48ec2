"""What can go wrong before a process is asked for."""


class SupervisorError(OSError):
    """The supervisor could not be started, or could not be reached."""
