"""``docker``: run a model in containers of a Docker Engine.

``backend`` has the hooks, ``config`` the keys; docker-py is imported in functions only, since it takes 0.1 s.
"""

from builtin_plugins.docker.backend import DockerRunBackend, plugin
from builtin_plugins.docker.config import DockerConfig

__all__ = ["DockerConfig", "DockerRunBackend", "plugin"]
