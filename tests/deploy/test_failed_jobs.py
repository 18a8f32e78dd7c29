"""What runs once and has failed is run again by `up`; what is done stays done."""

from tests.deploy.deployment import Deployment

_PROJECT = """
services:
  migrate:
    image: {image}
    restart: "no"
  web:
    image: web:1
    depends_on: {{migrate: {{condition: service_completed_successfully}}}}
"""


def uids(shop: Deployment) -> set[str]:
    return {item["metadata"]["uid"] for item in shop.all("Job")}


def test_a_failed_job_is_run_again(shop: Deployment) -> None:
    shop.write(_PROJECT.format(image="fail-job-1"))
    shop.up(code=5)
    before = uids(shop)
    done = shop.up(code=5)
    assert "1 to replace" in done.text
    assert len(before) == 1
    assert not uids(shop) & before
    assert shop.get("Deployment", "web") is None


def test_a_job_that_is_done_stays(shop: Deployment) -> None:
    shop.write(_PROJECT.format(image="migrate:1"))
    shop.up()
    before = uids(shop)
    shop.up()
    assert uids(shop) == before
