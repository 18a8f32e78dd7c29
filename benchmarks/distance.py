"""Put a server further away: pass all bytes on, each way half a round trip later.

It looks into nothing, so that it takes little of the time that is measured.  As a
program it takes the server's port and the seconds of a round trip, prints its own
port, and ends with its standard input.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_HERE = "127.0.0.1"


@contextmanager
def far(kubeconfig: Path, round_trip: float) -> Iterator[Path]:
    """Yield a kubeconfig whose server is so many seconds away, there and back."""
    config = json.loads(kubeconfig.read_text("utf-8"))
    cluster = config["clusters"][0]["cluster"]
    command = [sys.executable, __file__, str(urlsplit(cluster["server"]).port)]
    with subprocess.Popen(
        [*command, str(round_trip)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        cluster["server"] = f"https://{_HERE}:{process.stdout.readline().strip()}"
        distant = kubeconfig.with_name("far")
        distant.write_text(json.dumps(config), "utf-8")
        yield distant
        process.stdin.close()


class _Side(asyncio.Protocol):
    """One end of a connection; what comes in goes out at the other end, later."""

    def __init__(self, delay: float, port: int | None = None) -> None:
        self.delay = delay
        self.port = port
        self.other: _Side | None = None
        self.waiting: list[bytes] = []
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.port is not None:
            self._connecting = asyncio.ensure_future(self._connect(self.port))

    async def _connect(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        _, self.other = await loop.create_connection(
            lambda: _Side(self.delay), _HERE, port
        )
        self.other.other = self
        for data in self.waiting:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.waiting.append(data)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self.other.transport.write, data)

    def connection_lost(self, _error: Exception | None) -> None:
        if self.other is not None:
            asyncio.get_running_loop().call_later(
                self.delay, self.other.transport.close
            )


async def _relay(port: int, round_trip: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Side(round_trip / 2, port), _HERE, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_relay(int(sys.argv[1]), float(sys.argv[2])))
