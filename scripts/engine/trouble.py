"""What goes wrong when an engine or an image is made."""


class EngineError(Exception):
    """An engine or an image cannot be had; the text says what to do."""


#: What somebody can do who has no private engine, at the end of messages.
OWN_ENGINE = "or set DOCKER_HOST to an engine of yours"
