"""What streams: any text is a log, what is missing is told, logins are renewed."""

import re
import signal
import time

import pytest

from kompyle.cluster import channels
from kompyle.cluster.login import login
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError
from tests.conftest import UNMEASURED
from tests.controlplane.faults import RESET, Fault, refusing
from tests.deploy.deployment import Deployment

NODE_IS_GONE = Fault(500, 'Get "https://10.0.0.9:10250/": dial tcp: connection refused')
UNAUTHORIZED = Fault(401, "Unauthorized", reason="Unauthorized")


@pytest.mark.parametrize("line", ['{"level": "fatal"}', "42"])
def test_a_log_that_is_json_is_shown(shop: Deployment, line: str) -> None:
    shop.proxy.trouble = refusing(r"/log\?", Fault(200, text=f"{line}\n"))
    shop.write("services:\n  web:\n    image: crash-1\n")
    done = shop.up(code=5)
    assert re.search(rf"    web/web-\S+ \| {re.escape(line)}\n", done.text), done.err


def test_nodes_that_are_gone_are_asked_once_and_at_the_same_time(
    shop: Deployment,
) -> None:
    shop.proxy.trouble = refusing(r"/log\?", NODE_IS_GONE)
    shop.write("services:\n  a: {image: crash-1}\n  b: {image: crash-1}\n")
    done = shop.up(code=5)
    asked = [one.path for one in done.requests if one.path.endswith("/log")]
    assert len(asked) == len({path.split("/")[-2] for path in asked})
    assert {"a", "b"} == set(re.findall(r"error\[\S+ (\w):", done.text))
    assert done.seconds < 25


@pytest.fixture
def running(shop: Deployment) -> Deployment:
    shop.write("services:\n  web:\n    image: nginx\n")
    shop.up()
    return shop


def test_what_is_missing_of_logs_is_told(running: Deployment) -> None:
    line = "2026-01-02T03:04:05Z first\n"
    for fault, told in (
        (Fault(200, text=line, is_partial=True), "web: its log is cut off here: "),
        (RESET, "cannot be read"),
        (NODE_IS_GONE, "connection refused"),
    ):
        running.proxy.trouble = refusing(r"/log\?", fault)
        done = running.run("logs")
        assert done.out == ("web  | first\n" if fault.is_partial else "")
        assert told in done.err
        assert done.code == 5


def test_who_follows_learns_once_that_a_node_is_gone(running: Deployment) -> None:
    running.proxy.trouble = refusing(r"/log\?", NODE_IS_GONE)
    before = len(running.proxy.requests)
    following = running.start("logs", "--follow", env=UNMEASURED)
    time.sleep(6)
    following.send_signal(signal.SIGINT)
    out, err = following.communicate(timeout=10)
    assert out == ""
    assert err.count("connection refused") == 1
    asked = running.proxy.requests[before:]
    assert 1 < len([one for one in asked if one.path.endswith("/log")]) < 6


def test_credentials_that_end_are_renewed_for_streams(running: Deployment) -> None:
    running.proxy.trouble = refusing(r"/log\?", UNAUTHORIZED, times=1)
    assert "run 1 line 1" in running.run("logs").out
    running.proxy.trouble = refusing(r"/log\?", UNAUTHORIZED)
    done = running.run("logs", "--follow")
    assert "does not take the credentials of admin any more" in done.err
    assert done.code == 7
    running.proxy.trouble = refusing(r"/events\?", UNAUTHORIZED)
    assert running.run("events", "--follow").code == 7


def refused(shop: Deployment) -> ClusterError:
    """Ask for a websocket that the node does not give, and return what is said."""
    api = Api(login(str(shop.proxy.kubeconfig), "admin"))
    with pytest.raises(ClusterError) as caught:
        channels.opened(api, shop.path("Pod", "web/exec"), [("command", "ls")])
    return caught.value


def test_credentials_that_end_are_renewed_for_websockets(shop: Deployment) -> None:
    shop.proxy.trouble = refusing(r"/exec\?", UNAUTHORIZED, times=1)
    assert "not found" in str(refused(shop))
    assert [one.status for one in shop.proxy.requests] == [401, 404]
    shop.proxy.trouble = refusing(r"/exec\?", UNAUTHORIZED)
    told = refused(shop)
    assert "does not take the credentials of admin any more" in str(told)
    assert told.code == 7


def test_a_websocket_that_is_not_answered(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_HANDSHAKE", 0.3)
    shop.proxy.delay = 5.0
    started = time.monotonic()
    told = refused(shop)
    assert "timed out" in str(told)
    assert told.code == 7
    assert time.monotonic() - started < 3
