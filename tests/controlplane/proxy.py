"""A proxy before the API server: it writes requests down, and spoils some of them.

It has a thread of its own.  A connection to it is one to the server; what the server
streams, it streams.
"""

import asyncio
import contextlib
import json
import ssl
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.controlplane.certificate import self_signed
from tests.controlplane.faults import Fault, Request, Trouble, none

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Headers = dict[str, str]

_LIMIT = 1 << 22
_TROUBLES = (OSError, asyncio.IncompleteReadError, ssl.SSLError)


class Proxy:
    """Stands before the server that a kubeconfig names.

    ``delay`` is seconds for each request; ``skew`` is by how many seconds the clock of
    the server goes ahead, as its answers say.
    """

    def __init__(self, kubeconfig: Path, folder: Path) -> None:
        self.requests: list[Request] = []
        self.trouble: Trouble = none
        self.delay = 0.0
        self.skew = 0.0
        self.kubeconfig = folder / "kubeconfig"
        found = json.loads(kubeconfig.read_text("utf-8"))
        cluster = found["clusters"][0]["cluster"]
        self._server = urlsplit(cluster["server"])
        self._trust = ssl.create_default_context(
            cafile=cluster["certificate-authority"]
        )
        certificate, key = self_signed(folder)
        self._shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._shown.load_cert_chain(certificate, key)
        self._found = found
        self._certificate = certificate
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None] | None] = set()

    @property
    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.is_write]

    async def serve(self, stop: asyncio.Event, is_up: threading.Event) -> None:
        server = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, ssl=self._shown, limit=_LIMIT
        )
        port = server.sockets[0].getsockname()[1]
        cluster = {
            "server": f"https://127.0.0.1:{port}",
            "certificate-authority": str(self._certificate),
        }
        clusters = [{"name": "test", "cluster": cluster}]
        self.kubeconfig.write_text(json.dumps(self._found | {"clusters": clusters}))
        is_up.set()
        await stop.wait()
        server.close()
        for writer in list(self._open):
            writer.transport.abort()
        left = set(filter(None, self._tasks))
        for task in left:
            task.cancel()
        await asyncio.gather(*left)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._tasks.add(asyncio.current_task())
        self._open.add(writer)
        ends: list[Ends] = []
        with contextlib.suppress(*_TROUBLES, asyncio.CancelledError):
            while await self._served((reader, writer), ends):
                pass
        for _, end in (*ends, (reader, writer)):
            end.transport.abort()
            self._open.discard(end)
        self._tasks.discard(asyncio.current_task())

    async def _served(self, client: Ends, ends: list[Ends]) -> bool:
        """Pass one request on, and its answer back; say whether there may be more."""
        head = await client[0].readuntil(b"\r\n\r\n")
        line, headers = _parsed(head)
        body = await _body(client[0], headers)
        request = _request(line, body)
        self.requests.append(request)
        fault = self.trouble(request)
        await asyncio.sleep(self.delay)
        if fault and not fault.is_late:
            return await _spoilt(client[1], request, fault)
        if not ends:
            ends.append(await self._server_end())
        ends[0][1].write(head + body)
        await ends[0][1].drain()
        return await self._answered(client, ends[0], request, fault)

    async def _server_end(self) -> Ends:
        server = self._server
        ends = await asyncio.open_connection(
            server.hostname, server.port, ssl=self._trust, limit=_LIMIT
        )
        self._open.add(ends[1])
        return ends

    async def _answered(
        self, client: Ends, server: Ends, request: Request, fault: Fault | None
    ) -> bool:
        head = await server[0].readuntil(b"\r\n\r\n")
        line, headers = _parsed(head)
        if fault:
            return False
        request.status = int(line.split()[1])
        client[1].write(self._skewed(head, headers))
        if request.status == 101:
            await _joined(client, server)
            return False
        await client[1].drain()
        await _body(server[0], headers, client[1])
        return headers.get("connection", "") != "close"

    def _skewed(self, head: bytes, headers: Headers) -> bytes:
        if not self.skew or "date" not in headers:
            return head
        moment = parsedate_to_datetime(headers["date"]) + timedelta(seconds=self.skew)
        text = format_datetime(moment, usegmt=True)
        return head.replace(headers["date"].encode(), text.encode())


async def _spoilt(writer: asyncio.StreamWriter, request: Request, fault: Fault) -> bool:
    if not fault.status:
        return False
    request.status = fault.status
    writer.write(fault.answer)
    await writer.drain()
    return not fault.is_partial


async def _joined(client: Ends, server: Ends) -> None:
    """Pass bytes both ways, until one side ends."""
    ways = [_passed(client[0], server[1]), _passed(server[0], client[1])]
    tasks = [asyncio.ensure_future(way) for way in ways]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def _parsed(head: bytes) -> tuple[str, Headers]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


def _request(line: str, body: bytes) -> Request:
    method, target, _ = line.split(" ", 2)
    found = urlsplit(target)
    query = dict(parse_qsl(found.query, keep_blank_values=True))
    return Request(method, unquote(found.path), query, body)


async def _body(
    reader: asyncio.StreamReader,
    headers: Headers,
    onward: asyncio.StreamWriter | None = None,
) -> bytes:
    """Read a body, or pass it on as it comes."""
    if "chunked" not in headers.get("transfer-encoding", ""):
        length = int(headers.get("content-length", 0))
        return await _onward(await reader.readexactly(length), onward)
    size, parts = 1, []
    while size:
        line = await reader.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        part = line + await reader.readexactly(size + 2)
        parts.append(await _onward(part, onward))
    return b"".join(parts)


async def _onward(part: bytes, writer: asyncio.StreamWriter | None) -> bytes:
    if writer is None:
        return part
    writer.write(part)
    await writer.drain()
    return b""


@contextlib.contextmanager
def proxied(kubeconfig: Path) -> Iterator[Proxy]:
    """Run a proxy before the server of *kubeconfig*; its own one is in the Proxy."""
    with tempfile.TemporaryDirectory(prefix="kompyle-proxy-") as folder:
        proxy = Proxy(kubeconfig, Path(folder))
        loop, stop, is_up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
        serving = proxy.serve(stop, is_up)
        thread = threading.Thread(target=loop.run_until_complete, args=(serving,))
        thread.start()
        is_up.wait()
        try:
            yield proxy
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()
