"""A page of lines: GET shows them, POST adds one; Redis keeps them."""

import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

PORT = 8000


def redis(*words: str) -> list[str]:
    """Send a command to Redis, and return the items of its answer."""
    request = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
    with socket.create_connection(("redis", 6379), timeout=3) as connection:
        connection.sendall(f"*{len(words)}\r\n{request}".encode())
        with connection.makefile(encoding="utf-8", newline="\r\n") as answer:
            head = answer.readline()
            count = int(head[1:]) if head.startswith("*") else 0
            lines = [answer.readline().strip() for _ in range(2 * count)]
    return lines[1::2]


class Page(BaseHTTPRequestHandler):
    """The only page."""

    def do_GET(self) -> None:
        self.answer(
            "\n".join([os.environ["TITLE"], *redis("LRANGE", "book", "0", "-1")])
        )

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        redis("RPUSH", "book", self.rfile.read(size).decode().strip())
        self.answer("thank you")

    def answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"{text}\n".encode())


if sys.argv[1:] == ["ping"]:
    urlopen(f"http://localhost:{PORT}", timeout=3).close()
else:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    sys.stdout.write("the guestbook is open\n")
    ThreadingHTTPServer(("", PORT), Page).serve_forever()
