"""What the interpreter starts with: read the job, find modules where the parent does, act."""

# A script, and no module of rompy_core: before it has read the job it may import from the standard library only.
import json
import sys
from pathlib import Path


def main(job_file: str) -> int:
    """Do a job; gives the exit code."""
    path = Path(job_file)
    job = json.loads(path.read_text(encoding="ascii"))
    path.unlink()
    sys.path[:] = job["sys_path"]
    from rompy_core.own_process.acting import act

    return act(job)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
