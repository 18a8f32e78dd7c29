"""Behaviour 13: a bad version is taken back whole, and any revision comes back."""

from typing import Any

from kompyle.cluster.differences import clean
from tests.controlplane.faults import Fault
from tests.deploy.deployment import Deployment, Done
from tests.deploy.test_interrupted import orphans

_GOOD = """
services:
  web:
    image: web:1
    environment: {COLOR: red}
    ports: ["8080:80"]
"""
_BAD = """
services:
  web:
    image: crash-web:2
    environment: {COLOR: blue}
    ports: ["8080:80"]
  extra:
    image: extra:1
    volumes: [files:/files]
volumes: {files: {}}
"""


_CRASHING = "  bad:\n    image: crash-bad:1\n"


def states(shop: Deployment) -> dict[str, Any]:
    """Return each member without what the server counts."""
    return {name: clean(item) for name, item in shop.members().items()}


def _without_revision(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out the number that a Deployment gets with each change of its Pods."""
    for item in found.values():
        marks = item["metadata"].get("annotations", {})
        marks.pop("deployment.kubernetes.io/revision", None)
    return found


def numbers(done: Done) -> list[list[str]]:
    """Return the number and the status of each revision of a listing."""
    return [line.split()[:2] for line in done.out.splitlines()[1:]]


def test_a_bad_version_is_taken_back(shop: Deployment) -> None:
    shop.write(_GOOD)
    shop.up()
    before = _without_revision(states(shop))
    _write_with_token(shop, _BAD)
    done = shop.up("--atomic", "--adopt", code=8)
    assert "failed, and was rolled back" in done.text
    assert "exit code 1" in done.text
    assert "Secret/token was adopted, and stays" in done.text
    after = _without_revision(states(shop))
    claim = after.pop("PersistentVolumeClaim/files")
    assert claim
    assert after.pop("Secret/token")
    assert after == before
    assert orphans(shop) == []
    found = numbers(shop.run("history"))
    assert found == [["1", "deployed"], ["2", "failed"], ["3", "deployed"]]
    assert "rollback to 1" in shop.run("history").out
    assert "no earlier revision of shop that worked" in shop.run("rollback").text


def test_what_does_not_come_back_is_told(shop: Deployment) -> None:
    """One object of the good revision is refused now; nothing is deleted then."""
    shop.write(_GOOD)
    shop.up()
    shop.proxy.trouble = lambda request: (
        Fault(422, "no red") if b'"red"' in request.body else None
    )
    shop.write(_BAD)
    done = shop.up("--atomic", code=4)
    assert "error[invalid]: ConfigMap/web-env: no red" in done.text
    assert done.text.splitlines()[-1].startswith("refused; ")
    assert shop.get("Deployment", "extra")
    assert numbers(shop.run("history")) == [["1", "deployed"], ["2", "failed"]]


def test_a_bad_first_version_leaves_nothing_but_data(shop: Deployment) -> None:
    shop.write(_BAD)
    shop.up("--atomic", code=8)
    assert set(shop.members()) == {"PersistentVolumeClaim/files"}


def test_without_a_good_version_nothing_is_said_to_be_back(shop: Deployment) -> None:
    """What is broken was there before: nothing is made, and nothing undone."""
    shop.write("services:\n  web:\n    image: crash-web:1\n")
    shop.up(code=5)
    done = shop.up("--atomic", code=5)
    assert "no revision is known to work: nothing is put back" in done.text
    assert done.text.splitlines()[-1].startswith("does not work; 2 unchanged")
    assert shop.get("Deployment", "web")


def test_without_a_good_version_only_what_was_made_goes(shop: Deployment) -> None:
    """No revision is known to work, but most of what is there does."""
    shop.write(f"{_GOOD}{_CRASHING}")
    shop.up(code=5)
    before = set(shop.members())
    _write_with_token(shop, _BAD.replace("  extra:", f"{_CRASHING}  extra:"))
    done = shop.up("--atomic", "--adopt", code=5)
    assert "no revision is known to work" in done.text
    assert "not put back as it was: ConfigMap/web-env, " in done.text
    assert set(shop.members()) == before | {
        "PersistentVolumeClaim/files",
        "Secret/token",
    }


def _write_with_token(shop: Deployment, services: str) -> None:
    """Have the service extra mount a Secret that others have made."""
    shop.create("Secret", "token", stringData={"token": "theirs"})
    (shop.folder / "token").write_text("ours", "utf-8")
    mounting = services.replace("extra:1\n", "extra:1\n    secrets: [token]\n")
    shop.write(f"{mounting}secrets: {{token: {{file: ./token}}}}\n")


def test_any_revision_comes_back_as_a_new_one(shop: Deployment) -> None:
    for color in ("red", "blue", "green"):
        shop.write(_GOOD.replace("red", color))
        shop.up()
    done = shop.run("rollback", "1")
    assert done.code == 0, done.err
    assert shop.get("ConfigMap", "web-env")["data"] == {"COLOR": "red"}
    assert [found[0] for found in numbers(shop.run("history"))] == list("1234")
    assert shop.run("rollback").code == 0
    assert shop.get("ConfigMap", "web-env")["data"] == {"COLOR": "green"}
    assert "rollback to 3" in shop.run("history").out
    missing = shop.run("rollback", "9")
    assert missing.code == 4
    assert "there is no revision 9 of shop" in missing.text


def test_ten_revisions_are_kept(shop: Deployment) -> None:
    for number in range(12):
        shop.write(_GOOD.replace("red", f"color-{number}"))
        shop.up("--no-wait")
    found = numbers(shop.run("history"))
    assert [number for number, _ in found] == [str(n) for n in range(3, 13)]
