"""List the objects of a kind, page by page, and do the same to many at once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from textwrap import shorten
from typing import Any, TypeVar

from kompyle.cluster.answers import Meaning
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.outcome import Code
from kompyle.cluster.resources import Resource
from kompyle.cluster.transport import Answer, Api
from kompyle.errors import ClusterError

Manifest = dict[str, Any]
A = TypeVar("A")
B = TypeVar("B")

_PAGE = "500"
_GONE, _TRIES = 410, 5
"""The server has forgotten how a list goes on; so often it is begun again."""

_ABSENT = frozenset((Meaning.NOT_FOUND, Meaning.NOT_SERVED, Meaning.NO_NAMESPACE))
_LONGEST = 300
_LOOK = 0.2
_GRACE = 5.0
"""Seconds that requests under way get when a run is to stop."""


def listed(
    api: Api, resource: Resource, namespace: str | None, selector: str
) -> list[Manifest] | None:
    """Return all objects of a kind with these labels; None where one may not look.

    Raises :class:`ClusterError` if the server tells neither: what it does not list
    now is not gone.
    """
    path = resource.path(namespace)
    pages = list(_pages(api, path, selector))
    for _ in range(_TRIES):
        if pages[-1].status != _GONE:
            break
        pages = list(_pages(api, path, selector))
    last = pages[-1]
    if last.meaning is Meaning.FORBIDDEN:
        return None
    if not (last.is_done or last.meaning in _ABSENT):
        raise unanswered(path, last)
    return [
        {"apiVersion": resource.api, "kind": resource.kind, **item}
        for page in pages
        if page.is_done
        for item in page.body["items"]
    ]


def unanswered(path: str, answer: Answer) -> ClusterError:
    """Say what was asked, where the answer is none to it."""
    told = shorten(answer.message, _LONGEST) or "nothing more"
    fact = f"the server says {answer.status} to GET {path}: {told}"
    return ClusterError(fact, Code.REFUSED)


def _pages(api: Api, path: str, selector: str) -> Iterator[Answer]:
    query = {"labelSelector": selector, "limit": _PAGE}
    while True:
        answer = api.call("GET", path, query.items())
        yield answer
        more = answer.body["metadata"].get("continue") if answer.is_done else None
        if not more:
            return
        query["continue"] = more


def parallel(
    work: Callable[[A], B],
    items: Iterable[A],
    workers: int,
    cancel: Cancel | None = None,
) -> list[B]:
    """Do the same to all items at once; the results are in their order.

    When the run is to stop, what has not begun is left out, and what is under way
    gets some seconds.  A worker whose work raises ends; what it raised is raised here.
    """
    left: SimpleQueue[tuple[int, A]] = SimpleQueue()
    for item in enumerate(items):
        left.put(item)
    done: dict[int, B] = {}

    def worker() -> None:
        while not (cancel and cancel.is_asked):
            try:
                index, item = left.get_nowait()
            except Empty:
                return
            done[index] = work(item)

    count = min(workers, left.qsize())
    if not count:
        return []
    # One future for each worker, not for each item: to look at a thousand takes long.
    pool = ThreadPoolExecutor(count)
    try:
        _wait_for([pool.submit(worker) for _ in range(count)], cancel)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    finished = dict(done)
    return [finished[index] for index in sorted(finished)]


def _wait_for(workers: list[Future[None]], cancel: Cancel | None) -> None:
    while wait(workers, _LOOK).not_done:
        if cancel and cancel.is_asked:
            wait(workers, _GRACE)
            break
    for worker in workers:
        if worker.done():
            worker.result()
