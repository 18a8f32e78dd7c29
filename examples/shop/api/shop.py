"""The shop: takes orders over HTTP, queues them, and books them in the database."""

import json
import logging
import os
import signal
import sys
import tomllib
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import redis

PORT = 8000
QUEUE = "orders"
PASSWORD_FILE = Path("/run/secrets/db_password")
TABLE = """
CREATE TABLE IF NOT EXISTS orders (
    id serial PRIMARY KEY, item text NOT NULL, price integer NOT NULL
)
"""

log = logging.getLogger("shop")


def settings() -> dict[str, Any]:
    return tomllib.loads(Path(os.environ["SETTINGS_FILE"]).read_text("utf-8"))


def database() -> psycopg.Connection:
    password = PASSWORD_FILE.read_text("utf-8").strip()
    return psycopg.connect(os.environ["DATABASE_URL"], password=password)


def queue() -> redis.Redis:
    return redis.Redis.from_url(os.environ["REDIS_URL"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/healthz":
            queue().ping()
            return self.answer(200, {"status": "ok"})
        if self.path == "/":
            return self.answer(200, settings() | {"orders": "/orders"})
        if self.path != "/orders":
            return self.answer(404, {"error": "not found"})
        with database() as connection:
            rows = connection.execute("SELECT item, price FROM orders ORDER BY id")
            orders = [{"item": item, "price": price} for item, price in rows]
        return self.answer(200, orders)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        item = self.rfile.read(length).decode().strip()
        if self.path != "/orders" or item not in settings()["prices"]:
            return self.answer(400, {"error": f"no such thing: {item!r}"})
        queue().rpush(QUEUE, item)
        return self.answer(202, {"queued": item})

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() + b"\n")


def serve() -> None:
    ThreadingHTTPServer(("", PORT), Handler).serve_forever()


def work() -> None:
    """Book orders in batches, for ever."""
    orders, prices = queue(), settings()["prices"]
    size = int(os.environ.get("BATCH_SIZE", "1"))
    while True:
        _, first = orders.blpop(QUEUE)
        batch = [first, *(orders.lpop(QUEUE, size - 1) or [])] if size > 1 else [first]
        rows = [(item, prices[item]) for item in map(bytes.decode, batch)]
        with database() as connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO orders (item, price) VALUES (%s, %s)", rows)
        log.info("booked %d orders", len(rows))


def migrate() -> None:
    with database() as connection:
        connection.execute(TABLE)
    log.info("the database is ready")


def ping() -> None:
    with urllib.request.urlopen(f"http://localhost:{PORT}/healthz", timeout=2):
        pass


COMMANDS = {"serve": serve, "work": work, "migrate": migrate, "ping": ping}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "info").upper())
    COMMANDS[sys.argv[1]]()
