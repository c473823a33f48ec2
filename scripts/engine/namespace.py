"""Run inside the engine's namespaces, before anything else: loopback up, and folders of its own over the machine's.

``python namespace.py HIDDEN:... [DATA SIZE]`` says ``ready`` and then keeps the namespaces open until it is killed, so
that an engine that was killed can be started again beside the containers that it left.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(asked, _GET_FLAGS, request))[1]
        fcntl.ioctl(asked, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def _mount(folder: str, *options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", *options, "rompy-engine", folder], check=True)


_raise_loopback()
for hidden in sys.argv[1].split(":"):
    _mount(hidden, "-o", "mode=755")
if sys.argv[2:]:
    _mount(sys.argv[2], "-o", f"size={sys.argv[3]}")
os.write(1, b"ready\n")
os.execvp("sleep", ["sleep", "infinity"])
