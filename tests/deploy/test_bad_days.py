"""Bad days: each ends soon, with a clear line and its exit code; nothing is lost."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kompyle
from kompyle.cluster.choices import Choices
from kompyle.cluster.events import Event, Kind, Tell, What, silent
from kompyle.cluster.guard import Caller, Memory
from kompyle.cluster.login import login
from kompyle.cluster.outcome import Code, Outcome
from kompyle.cluster.target import Place
from kompyle.cluster.transport import Api, Patience
from kompyle.cluster.up import Up
from kompyle.deployable import app_for
from tests.controlplane.certificate import self_signed
from tests.controlplane.faults import RESET, Fault, Request
from tests.deploy.deployment import Deployment

Config = dict[str, Any]
Change = Callable[[Config, Path], None]

WEB = "services:\n  web:\n    image: nginx\n    environment: {A: a}\n"


def token(config: Config, _folder: Path) -> None:
    config["users"][0]["user"] = {"token": "of-yesterday"}


def nobody(config: Config, _folder: Path) -> None:
    config["users"][0]["user"] = {}


def authority(config: Config, folder: Path) -> None:
    (folder / "other").mkdir()
    certificate, _ = self_signed(folder / "other")
    config["clusters"][0]["cluster"]["certificate-authority"] = str(certificate)


def closed(config: Config, _folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = f"https://127.0.0.1:{free.getsockname()[1]}"
    config["clusters"][0]["cluster"]["server"] = server


def unknown(config: Config, _folder: Path) -> None:
    config["clusters"][0]["cluster"]["server"] = "https://no-such-host.invalid"


def context(config: Config, _folder: Path) -> None:
    config["contexts"] = config["contexts"][1:]


def plugin(command: str, *args: str) -> Change:
    def change(config: Config, _folder: Path) -> None:
        version = "client.authentication.k8s.io/v1"
        found = {"apiVersion": version, "command": command, "args": [*args]}
        user = {"exec": found | {"interactiveMode": "Never"}}
        config["users"][0]["user"] = user

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(token, "does not take the credentials of admin", id="expired"),
        pytest.param(nobody, "was sent no credentials: the user admin", id="nobody"),
        pytest.param(authority, "certificate is not trusted (self-", id="certificate"),
        pytest.param(closed, "cannot be reached: ", id="unreachable"),
        pytest.param(unknown, "cannot be reached: ", id="unknown-host"),
        pytest.param(context, "no context 'admin' in the kubeconfig", id="context"),
        pytest.param(plugin("no-such-plugin"), "no-such-plugin", id="no-plugin"),
        pytest.param(
            plugin("sh", "-c", "echo ask me >&2; exit 1"), "ask me", id="plugin"
        ),
    ],
)
def test_no_way_in(shop: Deployment, change: Change, said: str) -> None:
    config = json.loads(shop.proxy.kubeconfig.read_text("utf-8"))
    change(config, shop.folder)
    changed = shop.folder / "kubeconfig"
    changed.write_text(json.dumps(config), "utf-8")
    shop.write(WEB)
    done = shop.up(code=7, kubeconfig=changed)
    last = done.text.splitlines()[-1]
    assert last.startswith("kompyle: ")
    assert said in last
    assert done.seconds < 15
    assert "Traceback" not in done.err


def test_no_kubeconfig(shop: Deployment) -> None:
    shop.write(WEB)
    done = shop.up(code=7, kubeconfig=shop.folder / "nowhere")
    assert "there is no usable kubeconfig (" in done.text
    assert "name one with --kubeconfig or KUBECONFIG" in done.text


def test_a_namespace_that_is_being_deleted(shop: Deployment) -> None:
    finalizers = {"metadata": {"finalizers": ["example.com/wait"]}}
    shop.create("ConfigMap", "stays", **finalizers)
    shop.api.call("DELETE", f"/api/v1/namespaces/{shop.namespace}")
    shop.write(WEB)
    done = shop.up(code=4)
    assert "being terminated" in done.text or "being deleted" in done.text
    assert "wait until it is gone, or choose another namespace" in done.text
    shop.patch("ConfigMap", "stays", {"metadata": {"finalizers": []}})


def test_a_quota_of_objects(shop: Deployment) -> None:
    shop.create("ResourceQuota", "few", spec={"hard": {"count/deployments.apps": "0"}})
    shop.write(WEB)
    done = shop.up(code=4)
    assert "error[denied]: Deployment/web: " in done.text
    assert "exceeded quota: few" in done.text
    assert shop.members() == {}


def test_pods_that_the_namespace_does_not_admit(shop: Deployment) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    path = f"/api/v1/namespaces/{shop.namespace}"
    merge = "application/merge-patch+json"
    shop.api.call("PATCH", path, {"metadata": {"labels": labels}}, merge)
    shop.write(WEB)
    done = shop.up(code=5)
    assert "compose.yaml:3:3: error[failed-create]: web: " in done.text
    assert 'violates PodSecurity "restricted:latest"' in done.text
    assert "its Pod Security level" in done.text
    assert done.seconds < 15


def in_process(shop: Deployment, tell: Tell = silent) -> Outcome:
    """Deploy with less patience than the command has."""
    found = login(str(shop.proxy.kubeconfig), "admin")
    api = Api(found, patience=Patience(limit=1.5))
    project = kompyle.load([shop.folder / "compose.yaml"], env={})
    app = app_for(kompyle.convert(project), shop.namespace)
    caller = Caller(is_named=True, memory=Memory(shop.folder / "clusters"))
    choices = Choices(timeout=4)
    return Up(Place(api, shop.namespace), app, choices, tell).deploy(caller)


def test_a_webhook_that_is_down(shop: Deployment) -> None:
    rules = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["*"],
        "resources": ["configmaps"],
    }
    here = {"matchLabels": {"kubernetes.io/metadata.name": shop.namespace}}
    hook = {
        "name": "no.example.com",
        "clientConfig": {"url": "https://127.0.0.1:1/"},
        "rules": [rules],
        "namespaceSelector": here,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": 1,
    }
    api = "admissionregistration.k8s.io/v1"
    body = {
        "apiVersion": api,
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": shop.namespace},
        "webhooks": [hook],
    }
    path = f"/apis/{api}/validatingwebhookconfigurations"
    assert shop.api.call("POST", path, body).status == 201
    shop.write(WEB)
    try:
        _eventually_refused(shop)
    finally:
        shop.api.call("DELETE", f"{path}/{shop.namespace}")


def _eventually_refused(shop: Deployment) -> None:
    """Servers learn of a webhook after a moment."""
    outcome = in_process(shop)
    for _ in range(20):
        if outcome.code is Code.REFUSED:
            break
        outcome = in_process(shop)
    (problem,) = outcome.problems
    assert problem.name == "ConfigMap/web-env"
    assert 'failed calling webhook "no.example.com"' in problem.message


def test_a_server_that_goes_away_while_one_waits(shop: Deployment) -> None:
    def trouble(_request: Request) -> Fault | None:
        return RESET if shop.all("Pod") else None

    shop.write("services:\n  web:\n    image: slow-60\n")
    shop.proxy.trouble = trouble
    started = time.monotonic()
    told: list[Event] = []
    outcome = in_process(shop, told.append)
    assert outcome.code is Code.NO_CLUSTER
    assert "cannot be reached" in outcome.problems[0].message
    assert outcome.names(What.CREATED)
    assert [event.kind for event in told[-2:]] == [Kind.NOTICE, Kind.SUMMARY]
    assert "no revision is kept: " in told[-2].message
    assert time.monotonic() - started < 25
    assert shop.get("Deployment", "web")


def test_a_server_that_goes_away_at_the_start(shop: Deployment) -> None:
    shop.proxy.trouble = lambda _request: RESET
    shop.write(WEB)
    done = shop.up(code=7)
    assert "cannot be reached: " in done.text
    assert done.seconds < 15


@pytest.mark.parametrize("code", [500, 404])
def test_a_server_that_is_something_else(shop: Deployment, code: int) -> None:
    """A page of a proxy in between, in place of an answer."""
    page = Fault(code, text="<html>nothing here</html>")
    shop.proxy.trouble = lambda _request: page
    shop.write(WEB)
    done = shop.up(code=None)
    assert done.code in {4, 7}
    assert "Traceback" not in done.err
    assert "nothing here" in done.text
