"""One object that the server refuses stops the run before anything is written."""

from tests.deploy.deployment import Deployment

GOOD = """
  s{number}:
    image: nginx
    ports: ["{port}:80"]
"""
BAD = """
  bad:
    image: nginx
    ports: ["9000:80"]
    sysctls:
      "net.ipv4.no name": 1
"""

UNSAFE = "--allow-unsafe-sysctls"


def test_the_last_of_fifty_objects_is_refused(shop: Deployment) -> None:
    good = [GOOD.format(number=number, port=8000 + number) for number in range(24)]
    shop.write(f"services:{''.join(good)}{BAD}")
    done = shop.up(UNSAFE, code=4)
    planned = {request.path for request in done.requests if request.is_dry_run}
    assert (len(planned), done.writes, shop.members()) == (50, [], {})
    (line,) = [line for line in done.text.splitlines() if "error[invalid]" in line]
    number = len(done_lines(shop))
    assert f"compose.yaml:{number}:7: " in line
    assert "Deployment/bad: spec.template.spec.securityContext.sysctls[0].name" in line
    assert "refused; nothing changed" in done.text


def done_lines(shop: Deployment) -> list[str]:
    return (shop.folder / "compose.yaml").read_text("utf-8").splitlines()


def test_everything_that_is_refused_is_told_at_once(shop: Deployment) -> None:
    other = BAD.replace("bad", "worse").replace("9000", "9001")
    shop.write(f"services:{BAD}{other}")
    done = shop.up(UNSAFE, code=4)
    assert done.text.count("error[invalid]") == 2
    assert done.writes == []


def test_a_conflict_stops_all_other_changes(shop: Deployment) -> None:
    shop.write(f"services:{GOOD.format(number=1, port=8001)}")
    shop.up()
    shop.kubectl("set", "image", "deployment/s1", "s1=nginx:other")
    before = shop.versions()
    more = GOOD.format(number=2, port=8002)
    text = GOOD.format(number=1, port=8001).replace("nginx", "nginx:mine")
    shop.write(f"services:{text}{more}")
    done = shop.up(code=4)
    assert (done.writes, shop.get("Deployment", "s2")) == ([], None)
    assert before.keys() == shop.versions().keys()


def test_a_namespace_that_was_made_for_nothing_goes_again(shop: Deployment) -> None:
    shop.write(f"services:{BAD}")
    shop.namespace += "-new"
    shop.up(UNSAFE, code=4)
    found = shop.api.get(f"/api/v1/namespaces/{shop.namespace}")
    assert found is None or "deletionTimestamp" in found["metadata"]
