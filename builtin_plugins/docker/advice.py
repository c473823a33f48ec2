"""What a model's own words say about the container it ran in."""

import re
import signal

from builtin_plugins.docker.config import DockerConfig

_SIGBUS = 128 + signal.SIGBUS


def advice_on_output(tail: str, exit_code: int | None, config: DockerConfig) -> str:
    """What to change in the config after a failure, with a blank before it; nothing where nothing is known.

    Args:
        tail: The end of stderr.
        exit_code: As the container ended.
        config: What it was made with.
    """
    for advice in (_shared_memory, _attaching, _root, _slots, _names, _writing):
        found = advice(tail, exit_code, config)
        if found:
            return f". {found}"
    return ""


def _shared_memory(tail: str, exit_code: int | None, config: DockerConfig) -> str:
    told = re.search(r"/dev/shm|shm_open|shared memory (segment|file)", tail)  # noqa: S108 - nothing is written there
    short = told and re.search(r"no space|not enough|bus error|failed|unable", tail, re.IGNORECASE)
    if not (short or exit_code == _SIGBUS or "Bus error" in tail):
        return ""
    size = "64m" if config.shm_size is None else f"{config.shm_size} bytes"
    return f"Ranks share memory in /dev/shm, which has {size}: try a larger shm_size, such as 1g"


def _attaching(tail: str, _exit_code: int | None, config: DockerConfig) -> str:
    if not re.search(r"process_vm_readv|process_vm_writev|\bCMA\b|ptrace", tail) or "SYS_PTRACE" in config.cap_add:
        return ""
    return (
        "Ranks read each other's memory, which this container may not: add cap_add: [SYS_PTRACE], or for MPICH"
        " env_vars: {MPIR_CVAR_CH4_CMA_ENABLE: '0'}"
    )


def _root(tail: str, _exit_code: int | None, _config: DockerConfig) -> str:
    if not re.search(r"(mpirun|mpiexec|prterun) .*as root", tail) and "allow-run-as-root" not in tail:
        return ""
    return (
        "Open MPI refuses to run as root: give another user, or env_vars: {OMPI_ALLOW_RUN_AS_ROOT: '1',"
        " OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1'}"
    )


def _slots(tail: str, _exit_code: int | None, config: DockerConfig) -> str:
    if "not enough slots" not in tail.lower():
        return ""
    return f"There are fewer processors than the {config.ranks} ranks: lower ranks, or add --oversubscribe to mpiexec"


def _names(tail: str, _exit_code: int | None, config: DockerConfig) -> str:
    words = r"name resolution|could not resolve|name or service not known|network is unreachable|bad address"
    if config.network != "none" or not re.search(words, tail, re.IGNORECASE):
        return ""
    return "The container has no network: set network: bridge if the model needs one"


def _writing(tail: str, _exit_code: int | None, config: DockerConfig) -> str:
    if "read-only file system" not in tail.lower():
        return ""
    if config.read_only:
        return "read_only protects the image's own files: write to the workspace, or mount a volume there"
    return "A volume with :ro cannot be written, nor can files outside the workspace that links of it lead to"
