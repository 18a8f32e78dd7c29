"""What the programs of the fake node ask of the API server, all at the same time."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

Manifest = dict[str, Any]

STRATEGIC = "application/strategic-merge-patch+json"
TROUBLES = (aiohttp.ClientError, TimeoutError, json.JSONDecodeError)
_PAUSE = 0.1
_LONGEST_LINE = 1 << 22


class AsyncApi:
    """A client of the cluster that a kubeconfig names, as its administrator."""

    def __init__(self, kubeconfig: Path) -> None:
        found = json.loads(kubeconfig.read_text("utf-8"))
        cluster = found["clusters"][0]["cluster"]
        token = found["users"][0]["user"]["token"]
        trust = ssl.create_default_context(cafile=cluster["certificate-authority"])
        self.session = aiohttp.ClientSession(
            cluster["server"],
            connector=aiohttp.TCPConnector(limit=32, ssl=trust),
            headers={"Authorization": f"Bearer {token}"},
            read_bufsize=_LONGEST_LINE,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    async def call(
        self,
        method: str,
        path: str,
        body: Manifest | None = None,
        kind: str = "application/json",
    ) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": kind}
        async with self.session.request(
            method, path, data=data, headers=headers
        ) as answer:
            return answer.status, await answer.json()

    async def insist(self, method: str, path: str, body: Manifest) -> None:
        """Repeat until it is done, or was done before; a server may be starting."""
        while True:
            try:
                status, _ = await self.call(method, path, body)
            except TROUBLES:
                status = 0
            if status in (200, 201, 409):
                return
            await asyncio.sleep(_PAUSE)

    async def watch(self, path: str) -> AsyncIterator[tuple[Manifest, bool]]:
        """Yield objects, and whether they are gone, for ever."""
        mark = "&" if "?" in path else "?"
        while True:
            try:
                status, found = await self.call("GET", path)
                if status == 200:
                    for item in found["items"]:
                        yield item, False
                    version = found["metadata"]["resourceVersion"]
                    query = f"{mark}watch=1&resourceVersion={version}"
                    async for event in self._events(path + query):
                        yield event["object"], event["type"] == "DELETED"
            except TROUBLES:
                pass  # the server is starting or ending: ask again
            await asyncio.sleep(_PAUSE)

    async def _events(self, path: str) -> AsyncIterator[Manifest]:
        async with self.session.get(path) as stream:
            async for line in stream.content:
                event: Manifest = json.loads(line)
                if event["type"] == "ERROR":
                    return
                yield event
