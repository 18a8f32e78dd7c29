"""What ``ps`` and ``exec`` say of a project of which not all works."""

import json

from tests.deploy.deployment import Deployment

SHOP = """
services:
  migrate: {image: fail-job-1, restart: "no"}
  web:
    image: nginx
    depends_on: {migrate: {condition: service_completed_successfully}}
  files: {image: nosecret-1}
  api: {image: nginx}
"""


def test_what_does_not_start_says_why(shop: Deployment) -> None:
    shop.write(SHOP)
    shop.up(code=5)
    listing = shop.run("ps", "-a", "--format", "json")
    assert not listing.err
    told = {item["service"]: item for item in map(json.loads, listing.out.splitlines())}
    states = {name: (item["state"], item["reason"]) for name, item in told.items()}
    assert states == {
        "migrate": ("failed", "BackoffLimitExceeded"),
        "web": ("waiting", ""),
        "files": ("starting", "FailedMount"),
        "api": ("running", ""),
    }
    assert 'secret "a" not found' in told["files"]["message"]
    assert "waiting (for migrate)" in shop.run("ps").out
    at = ("exec", "-n", shop.namespace, "--context", "admin")
    done = shop.run(*at, "-c", "nosuch", "api", "true")
    assert done.code == 2
    assert done.err == "kompyle: api has no container 'nosuch'; it has api\n"
    done = shop.run(*at, "web", "true")
    assert "web is waiting: nothing can be run in it" in done.err
