"""Ctrl-C and kill at any moment: nothing is lost, and the next run goes on."""

import random
import re
import signal
import subprocess
import threading
import time

import pytest

from tests.conftest import UNMEASURED
from tests.controlplane.faults import BUSY, RESET, Fault, Request
from tests.deploy.deployment import Deployment

SHOP = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    environment: {{STAMP: "{stamp}"}}
  db:
    image: postgres
    environment: {{DB_PASSWORD: "secret-{stamp}"}}
    volumes: [data:/data]
  s{number}:
    image: slow-1
    ports: ["8081:80"]
volumes:
  data:
"""
RUNS, STARTING, LONGEST = 20, 0.4, 3.0
KINDS = "applyset.kubernetes.io/contains-group-kinds"


def interrupted(
    shop: Deployment, seconds: float, sign: signal.Signals
) -> tuple[int, str, float]:
    """Start ``up``, and end it when it has run for so many seconds."""
    program = shop.start("up", "--yes", env=UNMEASURED)
    time.sleep(seconds)
    program.send_signal(sign)
    told = time.monotonic()
    _, err = program.communicate(timeout=30)
    return program.returncode, err, time.monotonic() - told


def scope(shop: Deployment) -> set[str]:
    parent = shop.get("Secret", "kompyle.shop")
    if parent is None:
        return set()
    return set(parent["metadata"]["annotations"][KINDS].split(","))


def orphans(shop: Deployment) -> list[str]:
    """Name the members of the set whose kind its parent does not name."""
    known = {kind.partition(".")[0] for kind in scope(shop)}
    return [name for name in shop.members() if name.partition("/")[0] not in known]


def test_the_next_run_converges(shop: Deployment) -> None:
    """At random points of many runs; each changes objects, and deletes some."""
    dice = random.Random(12)  # noqa: S311 - any points will do
    codes = set()
    for number in range(RUNS):
        shop.write(SHOP.format(stamp=number, number=number % 3))
        seconds = dice.uniform(STARTING, LONGEST if number % 4 == 0 else 1.2)
        code, err, waited = interrupted(shop, seconds, signal.SIGINT)
        codes.add(code)
        assert code in {0, 130, -signal.SIGINT}, err
        assert "Traceback" not in err
        assert waited < 5
        assert orphans(shop) == []
        assert shop.all("Lease") == []
    assert 130 in codes
    done = shop.up("--yes")
    assert "works; " in done.text
    last = {"Deployment/web", "Deployment/db", f"Deployment/s{(RUNS - 1) % 3}"}
    found = {name for name in shop.members() if name.startswith("Deployment/")}
    assert found == last
    assert shop.get("ConfigMap", "web-env")["data"] == {"STAMP": str(RUNS - 1)}
    assert shop.up().writes == []


def test_what_was_done_and_how_to_go_on_is_told(shop: Deployment) -> None:
    shop.write("services:\n  web:\n    image: never-ready-1\n")
    program = shop.start("up")
    assert program.stderr
    for line in program.stderr:
        if "web: waiting: it has" in line or "available" in line:
            break
    program.send_signal(signal.SIGINT)
    rest = program.communicate(timeout=10)[1]
    assert program.returncode == 130
    assert re.search(r"interrupted; 2 created in .* s", rest), rest
    assert shop.all("Lease") == []


def test_a_stop_while_the_rest_is_deleted(shop: Deployment) -> None:
    """The parent goes on to name what is left; the next run deletes it."""
    rest = "  db:\n    image: postgres\n    environment: {DB_PASSWORD: a, B: b}\n"
    web = "services:\n  web:\n    image: nginx\n"
    shop.write(web + rest)
    shop.up("--no-wait")
    shop.write(web)
    asked = threading.Event()

    def trouble(request: Request) -> Fault | None:
        if request.method == "DELETE" and not asked.is_set():
            asked.set()
            shop.proxy.delay = 1.0
        return None

    shop.proxy.trouble = trouble
    program = shop.start("up", "--no-wait", "--yes", "--concurrency", "1")
    assert asked.wait(30)
    program.send_signal(signal.SIGINT)
    rest = program.communicate(timeout=20)[1]
    assert program.returncode == 130, rest
    assert "to go on from there, run the same command again" in rest
    assert [name for name in shop.members() if "/db" in name]
    assert orphans(shop) == []
    shop.proxy.delay = 0.0
    shop.up("--no-wait", "--yes")
    assert shop.members().keys() == {"Deployment/web", "Service/web"}


@pytest.mark.parametrize("fault", [BUSY, RESET])
def test_what_only_comes_of_the_stop_is_no_problem(
    shop: Deployment, fault: Fault
) -> None:
    """A request is not sent again then, and so it has no good answer."""
    shop.write("services:\n  web:\n    image: nginx\n    environment: {A: a}\n")
    asked = threading.Event()

    def trouble(request: Request) -> Fault | None:
        if request.is_write and "/configmaps/" in request.path:
            asked.set()
            return fault
        return None

    shop.proxy.trouble = trouble
    program = shop.start("up", "--atomic")
    assert asked.wait(30)
    program.send_signal(signal.SIGINT)
    rest = program.communicate(timeout=20)[1]
    assert program.returncode == 130, rest
    assert "error[" not in rest
    assert "interrupted; " in rest


def test_a_server_that_does_not_answer_is_not_waited_for(shop: Deployment) -> None:
    shop.write("services:\n  web:\n    image: nginx\n")
    shop.proxy.trouble = lambda _request: RESET
    program = shop.start("up", env=UNMEASURED)
    while not shop.proxy.requests:
        time.sleep(0.05)
    program.send_signal(signal.SIGINT)
    told = time.monotonic()
    err = program.communicate(timeout=30)[1]
    assert time.monotonic() - told < 4
    assert program.returncode == 130
    assert "interrupted; nothing changed" in err


def test_a_second_interrupt_ends_at_once(shop: Deployment) -> None:
    """The answer of a write takes longer than anybody waits."""
    shop.write("services:\n  web:\n    image: nginx\n")
    shop.proxy.trouble = lambda request: _slowly(request, shop)
    program = shop.start("up", env=UNMEASURED)
    while not any(request.is_write for request in shop.proxy.requests):
        time.sleep(0.05)
    for _ in range(2):
        program.send_signal(signal.SIGINT)
        time.sleep(0.3)
    told = time.monotonic()
    program.communicate(timeout=10)
    assert program.returncode == 130
    assert time.monotonic() - told < 2


def _slowly(request: Request, shop: Deployment) -> Fault | None:
    if request.is_write:
        shop.proxy.delay = 20.0
    return None


def test_after_a_kill_the_lease_is_taken_over(shop: Deployment) -> None:
    shop.write("services:\n  web:\n    image: never-ready-1\n")
    program = shop.start("up")
    while not shop.all("Pod"):
        time.sleep(0.1)
    program.send_signal(signal.SIGKILL)
    program.communicate()
    (lease,) = shop.all("Lease")
    other = lease["spec"]["holderIdentity"]
    shop.write("services:\n  web:\n    image: nginx\n")
    shop.proxy.skew = 61  # a minute later, as the server's clock has it
    done = shop.up()
    assert f"{other} has not ended its run of this project: taken over" in done.text
    assert "web: ready" in done.text
    assert shop.all("Lease") == []


def test_a_run_waits_for_another_one(shop: Deployment) -> None:
    shop.write("services:\n  web:\n    image: slow-6\n")
    first = shop.start("up")
    while not shop.all("Lease"):
        assert first.poll() is None
        time.sleep(0.05)
    (lease,) = shop.all("Lease")
    done = shop.up()
    other = lease["spec"]["holderIdentity"]
    assert f"{other} deploys this project; waiting for it to end" in done.text
    assert first.communicate(timeout=30)[1].splitlines()[-1].endswith("revision 1")
    assert first.returncode == 0
    assert "2 unchanged" in done.text


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_clocks_that_differ_by_an_hour_are_no_matter(
    shop: Deployment, skew: float
) -> None:
    """Leases are written and judged by the server's clock alone."""
    shop.proxy.skew = skew
    shop.write("services:\n  web:\n    image: slow-2\n")
    programs = [shop.start("up") for _ in range(2)]
    said = [program.communicate(timeout=60)[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    assert "taken over" not in "".join(said)
    assert "waiting for it to end" in "".join(said)


def test_a_stopped_run_loses_nothing_of_the_lease(shop: Deployment) -> None:
    """Ctrl-C while waiting for another run ends the wait, not the other run."""
    shop.write("services:\n  web:\n    image: slow-4\n")
    first = shop.start("up")
    while not shop.all("Lease"):
        time.sleep(0.05)
    second = shop.start("up")
    assert second.stderr
    for line in second.stderr:
        if "waiting for it to end" in line:
            break
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=5)
    assert second.returncode == 130
    assert len(shop.all("Lease")) == 1
    _ended(first)


def _ended(program: "subprocess.Popen[str]") -> None:
    program.communicate(timeout=60)
    assert program.returncode == 0
