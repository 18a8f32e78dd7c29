"""A web app with a database, a queue and a worker; its data outlives Pods."""

from tests.e2e.stack import Stack, until

COUNT = ("psql", "--username=shop", "--tuples-only", "--no-align", "--command")


def orders(stack: Stack) -> list[str]:
    found = stack.exec("db", *COUNT, "SELECT item FROM orders ORDER BY item")
    return found.split()


def test_the_worker_brings_orders_from_redis_to_the_database(stack: Stack) -> None:
    stack.wait()
    for item in ("bread", "tea"):
        stack.ask("wget", "-q", "-O", "-", f"http://web:8000/{item}")
    until(lambda: orders(stack), ["bread", "tea"])


def test_data_outlives_the_pod(stack: Stack) -> None:
    """The same claim comes back in a new Pod, and peers find that by the old name."""
    (before,) = stack.pods("db")
    stack.kubectl("delete", "pod", before["metadata"]["name"])
    stack.wait("db")
    (after,) = stack.pods("db")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    stack.ask("wget", "-q", "-O", "-", "http://web:8000/cake")
    until(lambda: orders(stack), ["bread", "cake", "tea"])
