"""A container that ends shows its last words, and those of its last end."""

import re

from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import Deployment

CRASH = "services:\n  web:\n    image: crash-1\n"


def test_the_last_lines_are_shown_once(shop: Deployment) -> None:
    shop.write(CRASH)
    done = shop.up(code=5)
    lines = re.findall(r"(?m)^    web/(web-\S+) \| web run (\d) line (\d+)$", done.text)
    assert [int(line) for _, _, line in lines] == list(range(11, 31))
    assert len({(pod, run) for pod, run, _ in lines}) == 1
    (name,) = {pod for pod, _, _ in lines}
    assert name.startswith("web-")
    (asked,) = [one for one in done.requests if one.path.endswith("/log")]
    assert asked.query["tailLines"] == "20"


def test_events_carry_the_lines(shop: Deployment) -> None:
    shop.write(CRASH)
    done = shop.up("--output", "json", code=5)
    (failure,) = [item for item in done.events if item["type"] == "failure"]
    assert len(failure["log"]) == 20
    assert failure["container"] == "web"
    assert failure["object"] == {
        "kind": "Deployment",
        "namespace": shop.namespace,
        "name": "web",
    }


def test_a_failed_job_shows_what_it_printed(shop: Deployment) -> None:
    shop.write(
        "services:\n"
        "  web: {image: nginx, depends_on: "
        "{job: {condition: service_completed_successfully}}}\n"
        "  job: {image: fail-job-1, restart: 'no'}\n"
    )
    done = shop.up(code=5)
    assert re.search(r"    job/job-\S+ \| job run 1 line 1\n", done.text), done.text


def test_without_the_right_to_logs_the_rest_is_told(shop: Deployment) -> None:
    shop.proxy.trouble = refusing(r"/log\?", Fault(403, "pods/log is forbidden"))
    shop.write(CRASH)
    done = shop.up(code=5)
    assert "web: it ended with exit code 1" in done.text
    assert " | " not in done.text
