"""``up SERVICE``: only what a service needs is touched, and the rest stays known."""

from kompyle.cluster.applyset import kinds_of
from tests.deploy.deployment import Deployment

_SHOP = """
services:
  web:
    image: web:{tag}
    depends_on: [api]
  api:
    image: api:{tag}
    environment: {{COLOR: red}}
  worker:
    image: worker:{tag}
    volumes: [files:/files]
volumes: {{files: {{}}}}
"""


def images(shop: Deployment) -> dict[str, str]:
    return {
        item["metadata"]["name"]: item["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        for item in shop.all("Deployment")
    }


def test_only_the_closure_of_a_service_is_deployed(shop: Deployment) -> None:
    shop.write(_SHOP.format(tag=1))
    shop.up()
    shop.write(_SHOP.format(tag=2))
    done = shop.up("web")
    assert images(shop) == {"web": "web:2", "api": "api:2", "worker": "worker:1"}
    assert not [request for request in done.writes if "worker" in request.path]
    assert "deleted" not in done.text


def test_the_rest_stays_known(shop: Deployment) -> None:
    shop.write(_SHOP.format(tag=1))
    shop.up()
    shop.write(_SHOP.format(tag=2))
    shop.up("api")
    parent = shop.get("Secret", "kompyle.shop")
    assert ("", "PersistentVolumeClaim") in kinds_of(parent)
    assert shop.run("rollback", "1").code == 0
    assert images(shop) == {"web": "web:1", "api": "api:1", "worker": "worker:1"}
    assert shop.run("rollback", "2").code == 0
    assert images(shop) == {"web": "web:1", "api": "api:2", "worker": "worker:1"}
    assert shop.run("-p", "shop", "down", "-v", "--yes").code == 0
    assert not shop.members()


def test_a_plan_is_what_is_done(shop: Deployment) -> None:
    shop.write(_SHOP.format(tag=1))
    planned = shop.up("--dry-run")
    assert not shop.all("Deployment")
    done = shop.up()
    created = {line[7:] for line in planned.text.splitlines() if line[:7] == "create "}
    assert created == {
        line[8:] for line in done.text.splitlines() if line[:8] == "created "
    }
    assert not planned.writes or all("dryRun" in str(w) for w in planned.writes)
