"""Fields that others have changed: told with both values, and taken over when asked."""

import pytest

from tests.controlplane.api import eventually
from tests.deploy.deployment import PATIENCE, Deployment

WEB = """
services:
  web:
    image: nginx:1
"""
ONE = f"{WEB}    deploy: {{replicas: 1}}\n"


@pytest.fixture
def web(shop: Deployment) -> Deployment:
    shop.write(WEB)
    shop.up("--no-wait")
    return shop


def image(shop: Deployment) -> str:
    spec = shop.get("Deployment", "web")["spec"]["template"]["spec"]
    found: str = spec["containers"][0]["image"]
    return found


def test_a_changed_image_is_told_with_both_values(web: Deployment) -> None:
    web.kubectl("set", "image", "deployment/web", "web=nginx:2")
    done = web.up("--no-wait", code=4)
    (line,) = [line for line in done.text.splitlines() if "error[conflict]" in line]
    assert line.startswith("compose.yaml:5:5: services.web.image: error[conflict]: ")
    field = 'spec.template.spec.containers[name="web"].image'
    told = f"{field} is 'nginx:2' as kubectl-set set it, and would be 'nginx:1'"
    assert line.endswith(told)
    assert "--force-conflicts" in done.text
    assert (done.writes, image(web)) == ([], "nginx:2")


def test_the_same_value_is_no_conflict(web: Deployment) -> None:
    web.kubectl("set", "image", "deployment/web", "web=nginx:2")
    web.write(WEB.replace("nginx:1", "nginx:2"))
    web.up("--no-wait")
    assert image(web) == "nginx:2"


def test_a_field_is_taken_over_when_asked(web: Deployment) -> None:
    web.kubectl("set", "image", "deployment/web", "web=nginx:2")
    web.up("--no-wait", "--force-conflicts")
    assert image(web) == "nginx:1"
    assert "1 unchanged" in web.up("--no-wait").text.replace("2 un", "1 un")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(WEB, "", id="number-not-written"),
        pytest.param(ONE, "Deployment/web keeps 3 replicas: kubectl scales it", id="1"),
    ],
)
def test_what_was_scaled_by_hand_stays(web: Deployment, text: str, said: str) -> None:
    web.write(text)
    web.up("--no-wait")
    web.kubectl("scale", "deployment/web", "--replicas=3")
    web.write(text.replace("nginx:1", "nginx:2"))
    assert said in web.up("--no-wait").text
    found = web.get("Deployment", "web")
    assert (found["spec"]["replicas"], image(web)) == (3, "nginx:2")


def test_what_an_autoscaler_scales_stays(web: Deployment) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4},
    }
    place = f"/apis/autoscaling/v2/namespaces/{web.namespace}/horizontalpodautoscalers"
    web.write(ONE)
    web.up("--no-wait")
    assert web.api.call("POST", place, body).status == 201

    def replicas() -> int:
        found: int = web.get("Deployment", "web")["spec"]["replicas"]
        return found

    assert eventually(lambda: replicas() == 2, PATIENCE)
    for _ in range(2):
        done = web.up()
        assert "keeps 2 replicas: kube-controller-manager scales it" in done.text
        assert replicas() == 2


def test_fields_that_only_others_set_stay(web: Deployment) -> None:
    web.kubectl("annotate", "deployment/web", "example.com/by=hand")
    web.write(WEB.replace("nginx:1", "nginx:2"))
    web.up("--no-wait")
    annotations = web.get("Deployment", "web")["metadata"]["annotations"]
    assert annotations["example.com/by"] == "hand"
