"""Services start when what they wait for works; what waits for nothing, at once."""

from datetime import datetime
from typing import Any

from tests.deploy.deployment import Deployment, Done

SHOP = """
services:
  migrate:
    image: {migrate}
    restart: "no"
  api:
    image: slow-2
    healthcheck: {{test: [CMD, check]}}
    depends_on: {{migrate: {{condition: service_completed_successfully}}}}
  web:
    image: nginx
    depends_on: {{api: {{condition: service_healthy}}}}
  other:
    image: slow-1
"""


def order(done: Done) -> list[str]:
    """Return the workloads in the order in which they were written."""
    paths = (r.path.split("/") for r in done.writes)
    found = (path[-1] for path in paths if path[-2] in {"deployments", "jobs"})
    return [name.partition("-")[0] for name in found]


def moment(text: Any) -> datetime:  # noqa: ANN401 - what an object has
    return datetime.fromisoformat(str(text))


def test_each_starts_when_what_it_waits_for_works(shop: Deployment) -> None:
    shop.write(SHOP.format(migrate="slow-2"))
    done = shop.up()
    assert set(order(done)[:2]) == {"migrate", "other"}
    assert order(done)[2:] == ["api", "web"]
    (job,) = shop.all("Job")
    api, web = (shop.get("Deployment", name) for name in ("api", "web"))
    made = moment(api["metadata"]["creationTimestamp"])
    assert moment(job["status"]["completionTime"]) <= made
    conditions = {item["type"]: item for item in api["status"]["conditions"]}
    available = moment(conditions["Available"]["lastTransitionTime"])
    assert available <= moment(web["metadata"]["creationTimestamp"])


def test_what_waits_for_a_failure_is_not_made(shop: Deployment) -> None:
    shop.write(SHOP.format(migrate="fail-job-1"))
    done = shop.up(code=5)
    assert shop.get("Deployment", "api") is None
    assert shop.get("Deployment", "web") is None
    assert shop.get("Deployment", "other")
    assert "compose.yaml:4:3: error[" in done.text
    assert "]: migrate: " in done.text


def test_the_next_run_goes_on_where_it_stopped(shop: Deployment) -> None:
    shop.write(SHOP.format(migrate="fail-job-1"))
    shop.up(code=5)
    shop.write(SHOP.format(migrate="busybox"))
    done = shop.up()
    assert "works; " in done.text
    assert order(done) == ["migrate", "api", "web", "migrate"]  # the old one goes


def test_unrelated_services_start_together(shop: Deployment) -> None:
    services = "".join(f"  s{n}:\n    image: slow-2\n" for n in range(8))
    shop.write(f"services:\n{services}")
    done = shop.up()
    times = {
        moment(item["metadata"]["creationTimestamp"]) for item in shop.all("Deployment")
    }
    assert (max(times) - min(times)).total_seconds() <= 2
    assert done.seconds < 20


def test_started_is_no_wait(shop: Deployment) -> None:
    shop.write(
        "services:\n  web:\n    image: nginx\n    depends_on: [db]\n"
        "  db:\n    image: slow-3\n"
    )
    done = shop.up()
    lines = done.text.splitlines()
    assert lines.index("created Deployment/web") < lines.index("db: ready")


def test_without_waiting_all_start_at_once(shop: Deployment) -> None:
    shop.write(SHOP.format(migrate="slow-3"))
    done = shop.up("--no-wait")
    assert sorted(order(done)) == ["api", "migrate", "other", "web"]
    assert done.seconds < 15


def test_a_part_is_started_with_what_it_needs(shop: Deployment) -> None:
    shop.write(SHOP.format(migrate="busybox"))
    done = shop.up("api")
    assert order(done) == ["migrate", "api"]
