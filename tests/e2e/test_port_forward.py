"""Ports that Compose published are brought to the same numbers of this machine."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen

import pytest

from tests.controlplane.server import free_ports
from tests.e2e.project import Project

Process = Popen[str]


@pytest.fixture
def forwarding(day_two: Project) -> Iterator[Process]:
    with day_two.running("port-forward") as process:
        assert process.stdout
        port = day_two.environment["WEB_PORT"]
        assert process.stdout.readline() == f"web: localhost:{port} -> 8080\n"
        yield process


def who(port: str | int) -> str:
    """Ask the service for the name of its Pod."""
    with urllib.request.urlopen(f"http://localhost:{port}/who", timeout=40) as found:
        text: str = found.read().decode().strip()
        return text


def test_published_ports_come_to_the_same_numbers(
    day_two: Project, forwarding: Process
) -> None:
    port = day_two.environment["WEB_PORT"]
    pods = day_two("ps", "-q", "web").split()
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(who, [port] * 24))
    assert len(set(names)) == 1
    assert names[0] in pods
    assert forwarding.stderr
    said = forwarding.stderr.readline()
    assert said.startswith("web: port 5353/udp stays in the cluster")


def test_it_outlives_pods(day_two: Project, forwarding: Process) -> None:
    port = day_two.environment["WEB_PORT"]
    first = who(port)
    day_two.kubectl("delete", "pod", first)
    second = who(port)
    assert second != first
    day_two.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=web")
    assert who(port) not in {first, second}
    assert forwarding.poll() is None


@pytest.mark.usefixtures("forwarding")
def test_an_answer_comes_to_who_has_nothing_more_to_say(day_two: Project) -> None:
    address = ("127.0.0.1", int(day_two.environment["WEB_PORT"]))
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(b"GET /who HTTP/1.0\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        with client.makefile() as answer:
            assert answer.read().splitlines()[-1] in day_two("ps", "-q", "web").split()


def test_a_port_of_its_own_number(day_two: Project) -> None:
    (local,) = free_ports(1)
    with day_two.running("port-forward", f"web:{local}:8080", "web:0:9") as process:
        assert process.stdout
        assert process.stdout.readline() == f"web: localhost:{local} -> 8080\n"
        assert who(local)
        free = int(process.stdout.readline().partition(":")[2].split(":")[1].split()[0])
        with socket.create_connection(("127.0.0.1", free), timeout=20) as client:
            assert client.recv(1) == b""
        assert process.stderr
        assert "connection refused" in process.stderr.readline()


@pytest.mark.usefixtures("forwarding")
def test_a_port_that_is_taken(day_two: Project) -> None:
    port = day_two.environment["WEB_PORT"]
    said = day_two.fails(1, "port-forward")
    assert f"port {port} of this machine cannot be opened for web: it is in use" in said
    assert "choose another number, as in `kompyle port-forward web:1" in said


def test_connections_wait_for_a_pod(day_two: Project) -> None:
    (local,) = free_ports(1)
    day_two("scale", "web=0")
    with day_two.running("port-forward", f"web:{local}:8080") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        assert "no Pod is ready; connections wait" in process.stderr.readline()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(who, local)
            time.sleep(1)
            day_two("scale", "web=2", "--no-wait")
            found = answer.result()
    pods = json.loads(day_two.kubectl("get", "pods", "--output=json"))["items"]
    assert found in {pod["metadata"]["name"] for pod in pods}


def test_what_cannot_be_forwarded(day_two: Project) -> None:
    assert "agent publishes no port" in day_two.fails(2, "port-forward", "agent")
    assert "expected SERVICE" in day_two.fails(2, "port-forward", "web:x")
