"""A revision that is not whole harms no command; one that is not kept is told of."""

from tests.controlplane.faults import CUT, Fault, refusing
from tests.deploy.deployment import Deployment

WEB = "services:\n  web:\n    image: web:{tag}\n    environment: {{A: '{tag}'}}\n"


def deployed(shop: Deployment, tag: int) -> str:
    shop.write(WEB.format(tag=tag))
    return shop.up("--no-wait").text


def test_it_is_passed_over(shop: Deployment) -> None:
    for tag in (1, 2, 3):
        deployed(shop, tag)
    half = shop.get("Secret", "kompyle.shop.v3")
    assert half["metadata"]["annotations"]["kompyle.io/parts"] == "1"
    parts = {"metadata": {"annotations": {"kompyle.io/parts": "2"}}}
    shop.patch("Secret", "kompyle.shop.v3", parts | {"data": {"set": "H4sIAAAA"}})
    assert [line.split()[1] for line in shop.run("history").out.splitlines()[1:]] == [
        "applied",
        "applied",
        "incomplete",
    ]
    for command in (("ps", "-a"), ("logs",), ("scale", "web=2", "--no-wait")):
        done = shop.run(*command)
        assert done.code == 0, done.err
    asked = shop.run("rollback", "3")
    assert asked.code == 4
    assert "revision 3 cannot be read: some of its Secrets are missing" in asked.err
    assert shop.run("rollback", "--no-wait").code == 0
    assert shop.get("ConfigMap", "web-env")["data"] == {"A": "2"}
    assert "revision 5" in deployed(shop, 5)


def test_one_that_is_not_kept_is_told_of(shop: Deployment) -> None:
    shop.proxy.trouble = refusing(r"POST \S*/secrets\?", CUT, times=1)
    assert "revision 1" in deployed(shop, 1).splitlines()[-1]
    denied = Fault(403, "secrets is forbidden: exceeded quota: few")
    shop.proxy.trouble = refusing(r"POST \S*/secrets\?", denied)
    assert "revision 2 is not kept: secrets is forbidden: exceeded quota" in deployed(
        shop, 2
    )
