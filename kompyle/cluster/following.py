"""Follow logs: of Pods as they appear, across restarts and broken connections."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kompyle.cluster.app import Part
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.containers import container_id, status_in
from kompyle.cluster.deployed import APIS, Deployed, selector_of
from kompyle.cluster.logs import (
    Line,
    Logs,
    Manifest,
    Range,
    Say,
    Source,
    sources,
)
from kompyle.cluster.readiness import readiness
from kompyle.cluster.status import Phase, status_of
from kompyle.cluster.target import Place
from kompyle.cluster.watching import Subject, Watching
from kompyle.errors import ClusterError

_LOOK, _GATHER = 0.2, 0.05
"""Seconds to wait for a line, and for others that are to be sorted in with it."""

_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
_OVER = frozenset(("Succeeded", "Failed"))


def followed(
    found: Deployed, parts: Sequence[Part], wanted: Range, cancel: Cancel, say: Say
) -> Iterator[Line]:
    """Yield lines as they are printed, until all there is to follow has ended.

    What cannot be read at the moment is tried again; *say* is told why, once each.
    """
    kinds = ("Job", "Pod")
    labels = selector_of(found.app.name)
    subjects = [Subject(APIS[kind], kind, labels=labels) for kind in kinds]
    place = found.place
    with Watching(place.api, place.namespace, subjects) as watching:
        following = _Following(place, parts, watching, say)
        following.meet(wanted)
        while not cancel.is_asked:
            watching.check()
            is_over = following.is_over()
            batch = following.batch()
            yield from sorted(batch, key=lambda line: line.stamp)
            if is_over and not batch:
                return
            following.meet(Range())


@dataclass(slots=True)
class _Following:
    """The threads that follow one container each, and the lines they bring."""

    place: Place
    parts: Sequence[Part]
    watching: Watching
    say: Say
    logs: Logs = field(init=False)
    _lines: queue.SimpleQueue[Line | str | ClusterError] = field(
        default_factory=queue.SimpleQueue
    )
    _threads: dict[Source, threading.Thread] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.logs = Logs(self.place, self._lines.put)

    def meet(self, wanted: Range) -> None:
        """Follow the containers that have come since."""
        for source in sources(self.parts, self.watching.items("Pod")):
            if source not in self._threads:
                thread = threading.Thread(
                    target=self._follow, args=(source, wanted), daemon=True
                )
                self._threads[source] = thread
                thread.start()

    def batch(self) -> list[Line]:
        """Return what has come meanwhile; wait a moment if it is nothing."""
        try:
            found = [self._lines.get(timeout=_LOOK)]
        except queue.Empty:
            return []
        time.sleep(_GATHER)
        while not self._lines.empty():
            found.append(self._lines.get())
        for item in found:
            if isinstance(item, ClusterError):
                raise item
            if isinstance(item, str):
                self.say(item)
        return [item for item in found if isinstance(item, Line)]

    def is_over(self) -> bool:
        """Whether only Jobs are followed, and all have ended."""
        if any(thread.is_alive() for thread in self._threads.values()):
            return False
        jobs = {item["metadata"]["name"]: item for item in self.watching.items("Job")}
        for part in self.parts:
            kind, _, name = part.workload.partition("/")
            if kind != "Job":
                return False
            ended = {Phase.CURRENT, Phase.FAILED}
            if name in jobs and readiness(jobs[name]).phase not in ended:
                return False
        return True

    def _follow(self, source: Source, wanted: Range) -> None:
        try:
            self._follow_runs(source, wanted)
        except ClusterError as error:
            self._lines.put(error)

    def _follow_runs(self, source: Source, wanted: Range) -> None:
        """Bring the lines of a container, run after run, until its Pod is over."""
        last, ended, pause = "", "", _PAUSE
        while True:
            pod = self._pod(source)
            run = container_id(pod, source.container) if pod else ""
            if run and run != ended:
                before = last
                last, is_whole = self._bring(source, wanted, last)
                is_read = is_whole and "running" not in self._state(source)
                ended = run if is_read else ""
                has_come = is_whole or last != before
                pause = _PAUSE if has_come else min(2 * pause, _LONGEST_PAUSE)
            if pod is None or (self._is_done(source, pod) and run == ended):
                return
            time.sleep(pause)

    def _bring(self, source: Source, wanted: Range, last: str) -> tuple[str, bool]:
        """Read one stream to its end, but for what came before it broke.

        Return the time of the last line, and whether the stream was all there is.
        """
        resumed = Range(since=f"{last[:19]}Z") if last else wanted
        stream = self.logs.stream(source, resumed, follows=True)
        if stream is None:
            return last, False
        newest = last
        for line in self.logs.lines(source, stream):
            if line.stamp > last:
                self._lines.put(line)
                newest = line.stamp
        return newest, not stream.fault

    def _pod(self, source: Source) -> Manifest | None:
        for pod in self.watching.items("Pod"):
            if pod["metadata"]["uid"] == source.uid:
                return pod
        return None

    def _state(self, source: Source) -> Manifest:
        found = status_in(self._pod(source) or {}, source.container)
        return found.get("state") or {}

    def _is_done(self, source: Source, pod: Manifest) -> bool:
        """Whether a container will not run again."""
        if status_of(pod).get("phase") in _OVER:
            return True
        ended = self._state(source).get("terminated") or {}
        return not source.is_main and ended.get("exitCode") == 0
