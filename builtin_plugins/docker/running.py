"""One container from its making to its removal."""

import select
import time
from collections.abc import Callable
from typing import Any

from builtin_plugins.docker.ending import Ending
from builtin_plugins.docker.engine import Engine, knock
from builtin_plugins.docker.following import LogsCopy
from builtin_plugins.docker.output import OutputCopy, feed
from builtin_plugins.docker.trouble import DockerError, engine_errors, refusal, said_by
from builtin_plugins.docker.usage import Sampler
from rompy_hooks import Cancellation, ResolvedStep

#: Seconds that an engine which went away has to come back; a restart takes a few.
RETURN_PATIENCE = 30.0
#: Seconds between two looks at an engine or a container that cannot be waited for otherwise.
_LOOK_INTERVAL = 0.2
#: Seconds that a killed container may take to vanish.
_KILL_PATIENCE = 30.0
#: The longest time that poll() takes, in milliseconds.
_LONGEST_POLL = 2**31 - 1


class ContainerRun:
    """A container of one step. ``create``, then ``run``, and ``remove`` whatever happened."""

    def __init__(self, engine: Engine, step: ResolvedStep, cancellation: Cancellation, grace_period: float) -> None:
        self._engine, self._api = engine, engine.api
        self._step = step
        self._cancellation = cancellation
        self._grace_period = grace_period
        self._ended_by, self._detail = "", ""
        self._kill_at: float | None = None
        self.id = ""

    def create(self, options: dict[str, Any]) -> str:
        """Make the container; returns its id.

        Raises:
            DockerError: The engine refused.
        """
        try:
            self.id = str(self._api.create_container(**options)["Id"])
        except engine_errors() as error:
            raise refusal(error) from error
        return self.id

    def run(self, limit: float | None, started: Callable[[], None]) -> Ending:
        """Start it and wait for its end; its output is in the step's log files then.

        Args:
            limit: Seconds that it may take.
            started: Called when it runs.

        Returns:
            How it ended.

        Raises:
            DockerError: It could not be started.
        """
        began = time.monotonic()
        output = self._attach()
        try:
            output.start()
            self._start()
            started()
            with Sampler(self._api, self.id) as sampler:
                self._attend(output, None if limit is None else began + limit)
                duration = time.monotonic() - began
                return self._ending(output, duration=duration, usage=sampler.usage, limit=limit)
        except BaseException:  # an interrupt: nobody will wait for it
            self._signal("SIGKILL")
            raise
        finally:
            output.close()

    def remove(self) -> None:
        """Remove it and its anonymous volumes, running or not; one that is gone is no error."""
        if self.id:
            try:
                self._api.remove_container(self.id, force=True, v=True)
            except engine_errors():  # removed by somebody, or the engine is gone: prune finds it later
                pass

    def _attach(self) -> OutputCopy:
        stdin = self._step.stdin
        if stdin is not None and not stdin.is_file():
            raise DockerError(f"stdin '{stdin}': there is no such file")
        streams = {"stdout": 1, "stderr": 1, "stream": 1, "stdin": int(stdin is not None)}
        try:
            connection = self._api.attach_socket(self.id, params=streams)
        except engine_errors() as error:
            raise refusal(error) from error
        if stdin is not None:
            feed(connection, stdin)
        return OutputCopy(connection, self._step.stdout, self._step.stderr)

    def _start(self) -> None:
        from docker.errors import APIError

        try:
            self._api.start(self.id)
        except APIError as error:
            raise refusal(error) from error
        except engine_errors():  # the engine went away meanwhile: whether it runs is seen when that is back
            pass

    def _attend(self, output: OutputCopy, deadline: float | None) -> None:
        """Until the output has ended, which it does with the container."""
        poll = select.poll()
        poll.register(output.fileno(), select.POLLIN)
        poll.register(self._cancellation.fileno(), select.POLLIN)
        while True:
            moments = [moment for moment in (deadline, self._kill_at) if moment is not None]
            patience = max(0.0, min(moments) - time.monotonic()) * 1000 if moments else None
            ready = {fd for fd, _ in poll.poll(patience and min(patience, _LONGEST_POLL))}
            if output.fileno() in ready:
                return
            if ready:
                poll.unregister(self._cancellation.fileno())  # it stays readable
                self._stop("cancelled")
            now = time.monotonic()
            if self._kill_at is not None and now >= self._kill_at:
                self._signal("SIGKILL")
                self._kill_at = now + _KILL_PATIENCE
            if deadline is not None and now >= deadline:
                deadline = None
                self._stop("timeout")

    def _stop(self, why: str) -> None:
        """Ask it to end; the first reason is the one that counts."""
        if not self._ended_by:
            self._ended_by = why
            self._signal("SIGTERM")
            self._kill_at = time.monotonic() + self._grace_period

    def _signal(self, name: str) -> None:
        try:
            self._api.kill(self.id, signal=name)
        except engine_errors():  # it has just ended
            pass

    def _ending(self, output: OutputCopy, **known: Any) -> Ending:
        """Wait until the container is over, which it may not be when its programs closed their outputs."""
        if output.error is not None and output.error.errno is not None and not _is_connection(output.error):
            self._signal("SIGKILL")
            self._ended_by, self._detail = "disk", f"its output cannot be written: {output.error.strerror}"
        state = self._final_state()
        if state is None:
            known |= {"ended_by": "lost", "detail": self._detail}
            return Ending(**known)
        if self._ended_by:
            known |= {"ended_by": self._ended_by, "detail": self._detail}
        return Ending.of_state(state, **known)

    def _final_state(self) -> dict[str, Any] | None:
        """The container's state once it is over; ``None`` where that cannot be learnt."""
        away_since: float | None = None
        again: LogsCopy | None = None
        while True:
            try:
                knock(self._engine.address)
                state: dict[str, Any] = self._api.inspect_container(self.id)["State"]
            except _not_found():
                self._detail = "somebody removed its container while it ran"
                return None
            except engine_errors() as error:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > RETURN_PATIENCE:
                    self._detail = self._gone(said_by(error))
                    return None
            else:
                if away_since is not None and again is None and self._survives_engine():
                    again = LogsCopy(self._engine, self.id, self._step.stdout, self._step.stderr)
                    again.start()
                # An engine that was killed while it started a container still calls it created when it is back.
                if state["Status"] in ("exited", "dead") or (state["Status"] == "created" and away_since is not None):
                    return self._trusted(state, again, away=away_since is not None)
            self._wait_a_little()

    def _survives_engine(self) -> bool:
        """Whether this engine's containers go on while it is restarted (its setting ``live-restore``)."""
        try:
            return bool(self._api.info().get("LiveRestoreEnabled"))
        except engine_errors():
            return False

    def _trusted(self, state: dict[str, Any], again: LogsCopy | None, *, away: bool) -> dict[str, Any] | None:
        """The state of a container that is over, unless the engine's own end was its end."""
        if again is not None:
            again.join()
        elif away and not self._ended_by:
            self._detail = f"the engine at {self._engine.address} was restarted, which ended its container"
            return None
        return state

    def _gone(self, said: str) -> str:
        return (
            f"the engine at {self._engine.address} went away ({said}); its container {self.id[:12]} may still run:"
            " look with rompy containers when the engine is back"
        )

    def _wait_a_little(self) -> None:
        if self._ended_by:
            time.sleep(_LOOK_INTERVAL)
            if self._kill_at is not None and time.monotonic() >= self._kill_at:
                self._signal("SIGKILL")
        elif self._cancellation.wait(_LOOK_INTERVAL):
            self._stop("cancelled")
        elif self._cancellation.deadline is not None and time.monotonic() >= self._cancellation.deadline:
            self._stop("timeout")


def _not_found() -> type[Exception]:
    from docker.errors import NotFound

    return NotFound  # type: ignore[no-any-return]


def _is_connection(error: OSError) -> bool:
    return isinstance(error, (ConnectionError, TimeoutError))
