"""Finding a cluster and talking to it, and what is said when that fails."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from kompyle.cluster.answers import Meaning
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.login import NO_CLUSTER, login
from kompyle.cluster.resources import place
from kompyle.cluster.target import Target, connect
from kompyle.cluster.transport import Api, Patience
from kompyle.errors import ClusterError

Config = dict[str, Any]


@pytest.fixture
def config(control_plane: Path) -> Config:
    """Return the kubeconfig of the control plane, to be changed."""
    found: Config = json.loads(control_plane.read_text("utf-8"))
    return found


def saved(config: Config, folder: Path) -> str:
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config), "utf-8")
    return str(path)


def with_user(config: Config, user: Config) -> Config:
    name = next(
        found["context"]["user"]
        for found in config["contexts"]
        if found["name"] == config["current-context"]
    )
    others = [found for found in config["users"] if found["name"] != name]
    return config | {"users": [*others, {"name": name, "user": user}]}


def refusal(kubeconfig: str, context: str | None = None) -> str:
    with pytest.raises(ClusterError) as caught:
        login(kubeconfig, context)
    assert caught.value.code == NO_CLUSTER
    return str(caught.value)


def test_the_context_says_where_one_is(config: Config, tmp_path: Path) -> None:
    found = login(saved(config, tmp_path))
    assert found.context == config["current-context"]
    assert found.server == config["clusters"][0]["cluster"]["server"]
    assert found.server in str(found)


def test_a_context_that_is_unknown(config: Config, tmp_path: Path) -> None:
    said = refusal(saved(config, tmp_path), "staging")
    assert "no context 'staging'" in said
    assert config["current-context"] in said


@pytest.mark.parametrize("text", [None, "", "{]", "a: b"])
def test_a_kubeconfig_of_no_use(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    if text is not None:
        path.write_text(text, "utf-8")
    assert "kubeconfig" in refusal(str(path))


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        pytest.param("no-such-plugin", [], "no-such-plugin", id="missing"),
        pytest.param(
            "sh", ["-c", "echo who are you >&2; exit 3"], "who are you", id="fails"
        ),
        pytest.param("sh", ["-c", "echo nonsense"], "exec", id="nonsense"),
    ],
)
def test_a_plugin_that_does_not_log_in(
    command: str, args: list[str], said: str, config: Config, tmp_path: Path
) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": command,
        "args": args,
        "interactiveMode": "Never",
    }
    found = refusal(saved(with_user(config, {"exec": plugin}), tmp_path))
    assert "the login of context" in found
    assert said in found


def test_a_plugin_that_logs_in(config: Config, tmp_path: Path) -> None:
    token = next(
        found["user"]["token"] for found in config["users"] if found["name"] == "admin"
    )
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": token},
    }
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [json.dumps(credential)],
        "interactiveMode": "Never",
    }
    api = Api(login(saved(with_user(config, {"exec": plugin}), tmp_path)))
    assert api.call("GET", "/api/v1/namespaces").status == 200


def test_no_limit_for_one_request(config: Config, tmp_path: Path) -> None:
    target = Target(saved(config, tmp_path), request_timeout=0)
    assert connect(target).api.call("GET", "/version").is_done


def test_an_expired_token(config: Config, tmp_path: Path) -> None:
    api = Api(login(saved(with_user(config, {"token": "old"}), tmp_path)))
    with pytest.raises(ClusterError, match="does not take the credentials") as caught:
        api.call("GET", "/api/v1/namespaces")
    assert caught.value.code == NO_CLUSTER


def test_a_server_that_is_not_there(config: Config, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{port}"
    api = Api(login(saved(config, tmp_path)), patience=Patience(limit=0.3))
    with pytest.raises(ClusterError, match=r"cannot be reached: .*refused") as caught:
        api.call("GET", "/version")
    assert caught.value.code == NO_CLUSTER


def test_objects_are_applied_and_stay_the_same(config: Config, tmp_path: Path) -> None:
    api = Api(login(saved(config, tmp_path)))
    manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "applied-by-kompyle"},
        "data": {"a": "b"},
    }
    path = place(manifest, "default")
    assert api.apply(path, manifest, dry_run=True).status == 201
    assert api.call("GET", path).meaning is Meaning.NOT_FOUND
    first = api.apply(path, manifest)
    again = api.apply(path, manifest)
    assert (first.status, again.status) == (201, 200)
    versions = {found.body["metadata"]["resourceVersion"] for found in (first, again)}
    assert len(versions) == 1
    assert api.call("DELETE", path).status == 200


def test_an_unknown_field_is_refused_once(config: Config, tmp_path: Path) -> None:
    class Impatient(Cancel):
        def wait(self, seconds: float) -> bool:  # noqa: ARG002 - as Cancel has it
            raise AssertionError("nobody asks again for what stays wrong")

    api = Api(login(saved(config, tmp_path)), cancel=Impatient())
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "wrong"},
        "spec": {"replicas": "many", "colour": "red"},
    }
    answer = api.apply(place(manifest, "default"), manifest, dry_run=True)
    assert answer.meaning is Meaning.INVALID
