"""Kubeconfigs that nobody can use: said in a line, whatever is wrong with them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kompyle.cluster import login as logging_in
from kompyle.cluster import plugins
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.guard import is_local, memory
from kompyle.cluster.login import NO_CLUSTER, login
from kompyle.cluster.outcome import Code
from kompyle.cluster.transport import Api
from kompyle.errors import ClusterError

HEAD = "current-context: a\n"
CONTEXT = HEAD + "contexts: [{name: a, context: {cluster: c, user: u}}]\n"
CLUSTER = CONTEXT + "clusters: [{name: c, cluster: {server: 'https://a'}}]\n"
USER = CLUSTER + "users: [{name: u, user: {token: t}}]"


def plugin(what: str) -> str:
    return CLUSTER + f"users: [{{name: u, user: {{exec: {{apiVersion: v1, {what}}}}}}}]"


def giving(status: str) -> str:
    return plugin(
        f"""command: echo, args: ['{{"apiVersion": "v1", "status": {status}}}']"""
    )


HANGING = plugin("command: sh, args: [-c, 'sleep 100; true']")
CASES = {
    "contexts-of-a-map": (HEAD + "contexts: {a: b}", "each of contexts: needs a name"),
    "contexts-of-a-text": (HEAD + "contexts: a", "each of contexts: needs a name"),
    "no-name": (HEAD + "contexts: [{context: {}}]", "each of contexts: needs a name"),
    "a-number": (HEAD + "contexts: [{name: 5}]", "each of contexts: needs a name"),
    "a-text": (HEAD + "contexts: [{name: a, context: b}]", "needs a name"),
    "no-context": (HEAD + "contexts: [{name: a}]", "the kubeconfig: "),
    "current": ("current-context: 5\ncontexts: [{name: a}]", "no context '5'"),
    "server": (
        CONTEXT + "clusters: [{name: c, cluster: {server: 5}}]\nusers: []",
        "cluster 'c' needs a server as a text",
    ),
    "no-scheme": (
        USER.replace("https://a", "notaurl"),
        "the server of context a is 'notaurl'; the kubeconfig needs an address such as",
    ),
    "no-host": (USER.replace("https://a", "https:a"), "needs an address such as"),
    "no-port": (USER.replace("https://a", "https://a:x"), "needs an address such as"),
    "no-plugin": (
        plugin("command: no-such-plugin, installHint: install me"),
        "exec: no-such-plugin: it cannot be run: no such file or directory; install me",
    ),
    "plugin-that-fails": (
        plugin("command: sh, args: [-c, 'echo who >&2; exit 3']"),
        "the login of context a fails: exec: sh: it ended with 3: who",
    ),
    "plugin-without-status": (plugin("command: echo, args: ['{}']"), "has no status"),
    "plugin-of-another-age": (
        plugin("""command: echo, args: ['{"status": {}}']"""),
        "it speaks None, not v1",
    ),
    "plugin-with-a-null": (giving('{"token": null}'), "exec: echo: it gives neither"),
    "plugin-with-an-empty-text": (giving('{"token": ""}'), "it gives neither a token"),
    "plugin-that-prints-no-text": (
        plugin("""command: sh, args: [-c, "printf '\\\\\\\\377'"]"""),
        "exec: sh: what it prints is no JSON",
    ),
    "plugin-with-a-number": (
        giving('{"token": 5}'),
        "exec: echo: the token that it prints is no text",
    ),
    "plugin-without-a-date": (
        giving('{"token": "a", "expirationTimestamp": "soon"}'),
        "exec: echo: what it prints is of no use: Invalid RFC3339 datetime: 'soon'",
    ),
    "plugin-with-a-number-in-env": (
        plugin("command: echo, env: [{name: A, value: 5}]"),
        "exec: echo: it cannot be run: its command, args and env need texts (expected",
    ),
    "plugin-with-a-null-byte": (
        plugin("""command: echo, args: ["a\\0"]"""),
        "exec: echo: it cannot be run: its command, args and env need texts (embedded",
    ),
    "gcp": (
        CLUSTER + "users: [{name: u, user: {auth-provider: {name: gcp}}}]",
        "an auth-provider is none of these",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_kubeconfig_of_no_use(name: str, tmp_path: Path) -> None:
    text, said = CASES[name]
    path = tmp_path / "kubeconfig"
    path.write_text(text, "utf-8")
    with pytest.raises(ClusterError) as caught:
        login(str(path))
    assert said in str(caught.value)
    assert caught.value.code == NO_CLUSTER


def test_what_a_plugin_has_not_is_null(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    nulls = '"expirationTimestamp": null, "clientKeyData": null'
    path.write_text(giving(f'{{"token": "a", {nulls}}}'), "utf-8")
    found = login(str(path)).configuration
    assert found.get_api_key_with_prefix("BearerToken") == "Bearer a"


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a user whom the system does not know."""
    monkeypatch.setattr("os.getuid", lambda: 123456)
    for name in ("HOME", "KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_there_is_no_kubeconfig() -> None:
    with pytest.raises(ClusterError, match=r"~/\.kube/config does not exist"):
        login()


@pytest.mark.usefixtures("homeless")
def test_without_a_home_nothing_is_remembered() -> None:
    found = memory({})
    assert found.uid("shop", "a") is None
    with pytest.raises(OSError, match="kompyle"):
        found.note("shop", "a", "1")


def test_a_name_makes_no_account_of_a_pod(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    named = CLUSTER.replace(": a\n", ": in-cluster\n").replace(": a,", ": in-cluster,")
    path.write_text(named + "users: [{name: u, user: {token: t}}]", "utf-8")
    found = login(str(path))
    assert found.context == "in-cluster"
    assert not found.is_in_cluster
    assert not is_local(found.context)


def test_a_plugin_that_hangs_ends_with_the_run(tmp_path: Path) -> None:
    """And so does what it has started."""
    mark = tmp_path / "mark"
    path = tmp_path / "kubeconfig"
    text = HANGING.replace("sleep", f"(sleep 1; touch {mark}) & sleep")
    path.write_text(text, "utf-8")
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(ClusterError) as caught:
        login(str(path), cancel=cancel)
    assert caught.value.code == Code.INTERRUPTED
    time.sleep(1.0)
    assert not mark.exists()


def test_a_plugin_that_hangs_ends_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a person sits there, who may be what it waits for."""
    path = tmp_path / "kubeconfig"
    path.write_text(HANGING, "utf-8")
    monkeypatch.setattr(plugins, "_LONGEST", 0.2)
    monkeypatch.setattr(plugins, "_has_person", lambda: False)
    with pytest.raises(ClusterError, match="there is no terminal") as caught:
        login(str(path))
    assert caught.value.code == NO_CLUSTER


GIVES = """printf '{"apiVersion": "v1", "status": {"token": "a", %s}}'"""
AGED = '"expirationTimestamp": "2000-01-01T00:00:00Z"'


def by_request(api: Api) -> Callable[[], object]:
    return lambda: api.login.configuration.get_api_key_with_prefix("BearerToken")


def by_refusal(api: Api) -> Callable[[], object]:
    before = api.login
    return lambda: api.log_in_again(before)


@pytest.mark.parametrize("way", [by_request, by_refusal])
def test_a_renewal_that_fails_is_waited_for_once(
    way: Callable[[Api], Callable[[], object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By all threads together; what comes later tries anew."""
    runs, script = tmp_path / "runs", tmp_path / "plugin"
    path = tmp_path / "kubeconfig"
    script.write_text(GIVES % AGED, "utf-8")
    path.write_text(plugin(f"command: sh, args: ['{script}']"), "utf-8")
    monkeypatch.setattr(logging_in, "_FRESH", -1.0)
    renew = way(Api(login(str(path))))
    script.write_text(f"echo >> {runs}; sleep 1; exit 3", "utf-8")
    with ThreadPoolExecutor(6) as pool:
        found = [pool.submit(renew) for _ in range(6)]
    assert all("it ended with 3" in str(each.exception()) for each in found)
    assert runs.read_text("utf-8") == "\n"
    script.write_text(GIVES % AGED, "utf-8")
    renew()
