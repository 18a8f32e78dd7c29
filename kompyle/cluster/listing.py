"""List the objects of a kind, page by page, and do the same to many at once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from kompyle.cluster.cancel import Cancel
from kompyle.cluster.resources import Resource
from kompyle.cluster.transport import Answer, Api

Manifest = dict[str, Any]
A = TypeVar("A")
B = TypeVar("B")

_PAGE = "500"
_LOOK = 0.2
_GRACE = 5.0
"""Seconds that requests under way get when a run is to stop."""


def listed(
    api: Api, resource: Resource, namespace: str | None, selector: str
) -> list[Manifest] | None:
    """Return all objects of a kind with these labels; None where one may not look."""
    pages = list(_pages(api, resource, namespace, selector))
    if not all(page.is_done for page in pages):
        return None
    return [
        {"apiVersion": resource.api, "kind": resource.kind, **item}
        for page in pages
        for item in page.body["items"]
    ]


def _pages(
    api: Api, resource: Resource, namespace: str | None, selector: str
) -> Iterator[Answer]:
    query = {"labelSelector": selector, "limit": _PAGE}
    while True:
        answer = api.call("GET", resource.path(namespace), query.items())
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
    gets some seconds.
    """
    listing = tuple(items)
    if not listing:
        return []
    pool = ThreadPoolExecutor(min(workers, len(listing)))
    try:
        futures = [pool.submit(work, item) for item in listing]
        _wait_for(futures, cancel)
        return [future.result() for future in futures if _has_ended(future)]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _wait_for(futures: list[Future[B]], cancel: Cancel | None) -> None:
    while wait(futures, _LOOK).not_done:
        if cancel and cancel.is_asked:
            begun = [future for future in futures if not future.cancel()]
            wait(begun, _GRACE)
            return


def _has_ended(future: Future[B]) -> bool:
    return future.done() and not future.cancelled()
