"""A container of a Pod on the fake node: its state, and how it comes to it."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from tests.controlplane.scripts import MESSAGES, Script, script

Manifest = dict[str, Any]
Role = Literal["init", "sidecar", "main"]

_CREATING = 0.03
_RUNNING = 0.1
_BACKOFFS = (0.5, 1.0, 2.0, 5.0)
"""Seconds: much shorter than those of a kubelet, which waits 10 and more."""


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Container:
    """One container; ``tell`` is called whenever its status has changed."""

    spec: Manifest
    role: Role
    policy: str
    tell: Callable[[], None]
    state: Manifest = field(default_factory=dict)
    last: Manifest = field(default_factory=dict)
    is_ready: bool = False
    restarts: int = 0
    has_started: asyncio.Event = field(default_factory=asyncio.Event)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    """Reasons and messages that nobody was told of yet."""

    def __post_init__(self) -> None:
        first = "ContainerCreating" if self.role == "main" else "PodInitializing"
        self.state = {"waiting": {"reason": first}}

    @property
    def script(self) -> Script:
        return script(self.spec["image"])

    @property
    def is_to_end(self) -> bool:
        return self.role == "init" or (self.role == "main" and self.policy != "Always")

    @property
    def exit_code(self) -> int | None:
        code: int | None = self.state.get("terminated", {}).get("exitCode")
        return code

    async def run(self) -> int:
        """Live until the end for good, and return the exit code."""
        while True:
            await self._create()
            code = await self._work()
            if not self._is_restarted(code):
                return code
            await self._back_off()

    async def _create(self) -> None:
        told = [
            (reason, MESSAGES[reason].format(image=self.spec["image"]))
            for reason in self.script.stuck
        ]
        self.warnings += [("Failed", f"Error: {message}") for _, message in told]
        while told:
            for reason, message in told:
                self._become({"waiting": {"reason": reason, "message": message}})
                await asyncio.sleep(_BACKOFFS[1])
        if self.script.unmounted:
            self.warnings.append(("FailedMount", self.script.unmounted))
            self.tell()
            await asyncio.Future()
        await asyncio.sleep(_CREATING)

    async def _work(self) -> int:
        """Run once; what is to stay comes back only when its script lets it crash."""
        self._become({"running": {"startedAt": now()}})
        self.has_started.set()
        course = self.script
        if course.exit_code is not None:
            self.is_ready = course.seconds is not None
            self.tell()
            await asyncio.sleep(course.seconds or _RUNNING)
            return self.end(course.exit_code, course.reason)
        if course.seconds == math.inf:
            self.warnings.append(("Unhealthy", "Readiness probe failed: no answer"))
            self.tell()
        await _pass(_RUNNING if course.seconds is None else course.seconds)
        if self.is_to_end:
            return self.end(0, "Completed")
        self.is_ready = True
        self.tell()
        return await asyncio.Future()

    def _is_restarted(self, code: int) -> bool:
        if self.role == "sidecar" or self.policy == "Always":
            return self.role != "init" or code != 0
        return self.policy == "OnFailure" and code != 0

    async def _back_off(self) -> None:
        self.last = self.state
        await asyncio.sleep(_CREATING)
        seconds = _BACKOFFS[min(self.restarts, len(_BACKOFFS) - 1)]
        message = f"back-off {seconds:g}s restarting failed container"
        if not self.restarts:
            name = self.spec["name"]
            told = f"Back-off restarting failed container {name}"
            self.warnings.append(("BackOff", told))
        self._become({"waiting": {"reason": "CrashLoopBackOff", "message": message}})
        await asyncio.sleep(seconds)
        self.restarts += 1

    def end(self, code: int, reason: str) -> int:
        """Have it terminated, if it runs; return the exit code."""
        if started := self.state.get("running"):
            times = started | {"finishedAt": now()}
            ended = {"exitCode": code, "reason": reason} | times
            self.is_ready = self.role == "init" and code == 0
            self._become({"terminated": ended})
        return code

    def _become(self, state: Manifest) -> None:
        self.state = state
        self.tell()

    def printed(self, *, previous: bool) -> list[str] | None:
        """Return what this run has printed, or the one before; None without one."""
        is_waiting = "waiting" in self.state
        if (previous or is_waiting) and not self.last:
            return None
        run = self.restarts + (is_waiting or not previous)
        name = self.spec["name"]
        return [f"{name} run {run} line {i + 1}" for i in range(self.script.lines)]

    def status(self) -> Manifest:
        return {
            "name": self.spec["name"],
            "image": self.spec["image"],
            "imageID": "",
            "containerID": f"fake://{id(self):x}",
            "state": self.state,
            "lastState": self.last,
            "ready": self.is_ready,
            "started": "running" in self.state,
            "restartCount": self.restarts,
        }


async def _pass(seconds: float) -> None:
    if seconds == math.inf:
        await asyncio.Future()
    await asyncio.sleep(seconds)
