"""Behaviour 1: nothing deletes data without being told to."""

from itertools import takewhile

from tests.deploy.deployment import Deployment

_THREE = """
services:
  db:
    image: db:1
    volumes: [data:/data, logs:/logs]
  app:
    image: app:1
    volumes: [files:/files]
volumes: {data: {}, logs: {}, files: {}}
"""
_ONE = """
services:
  app:
    image: {image}
    volumes: [files:/files]
volumes: {{files: {{}}}}
"""
_ALL = {"data", "files", "logs"}


def claims(shop: Deployment) -> set[str]:
    return {item["metadata"]["name"] for item in shop.all("PersistentVolumeClaim")}


def test_a_service_that_goes_leaves_its_volumes(shop: Deployment) -> None:
    shop.write(_THREE)
    shop.up()
    assert claims(shop) == _ALL
    shop.write(_ONE.format(image="app:1"))
    done = shop.up()
    assert "deleted Deployment/db" in done.text
    assert "kept PersistentVolumeClaim/data" in done.text
    assert claims(shop) == _ALL


def test_a_claim_that_is_kept_is_nothing_to_do(shop: Deployment) -> None:
    shop.write(_THREE)
    shop.up()
    shop.write(_ONE.format(image="app:1"))
    shop.up()
    done = shop.up()
    assert "kept PersistentVolumeClaim/data" in done.text
    assert done.text.endswith("revision 2\n")
    assert not done.writes
    assert shop.run("diff").code == 0


def test_down_names_what_it_keeps_and_finds_it_later(shop: Deployment) -> None:
    shop.write(_THREE)
    shop.up()
    done = shop.run("down")
    assert done.code == 0, done.err
    for name in _ALL:
        assert f"kept PersistentVolumeClaim/{name}" in done.text
    assert claims(shop) == _ALL
    assert not shop.all("Deployment")
    refused = shop.run("-p", "shop", "down", "--volumes")
    assert refused.code == 4
    assert "their data is lost" in refused.text
    assert claims(shop) == _ALL
    (shop.folder / "compose.yaml").unlink()
    done = shop.run("-p", "shop", "down", "--volumes", "--yes")
    assert done.code == 0, done.err
    assert not claims(shop)
    assert not shop.members()
    kept = [item["metadata"]["name"] for item in shop.all("Secret")]
    assert not [name for name in kept if name.startswith("kompyle.")]


def test_data_that_somebody_deletes_is_not_counted_on(shop: Deployment) -> None:
    shop.write(_ONE.format(image="app:1"))
    shop.up()
    held = {"metadata": {"finalizers": ["example.org/held"]}}
    shop.patch("PersistentVolumeClaim", "files", held)
    old = shop.get("PersistentVolumeClaim", "files")["metadata"]["uid"]
    shop.kubectl("delete", "pvc", "files", "--wait=false")
    running = shop.start("up")
    assert running.stderr
    said = list(takewhile(lambda line: "is being deleted" not in line, running.stderr))
    assert running.poll() is None, said
    released = {"metadata": {"finalizers": None}}
    shop.patch("PersistentVolumeClaim", "files", released)
    rest = running.stderr.read()
    assert running.wait() == 0, rest
    assert "replaced PersistentVolumeClaim/files" in rest
    new = shop.get("PersistentVolumeClaim", "files")["metadata"]
    assert new["uid"] != old
    assert "deletionTimestamp" not in new


def test_data_that_is_deleted_while_it_is_in_use_is_told(shop: Deployment) -> None:
    shop.write(_ONE.format(image="app:1"))
    shop.up()
    shop.kubectl("delete", "pvc", "files", "--wait=false")
    done = shop.up(code=4)
    assert "PersistentVolumeClaim/files is being deleted" in done.text
    assert "it has not gone yet" in done.text
    assert "Save the data first" in done.text
    assert not shop.get("Deployment", "app")["metadata"].get("deletionTimestamp")


def test_going_back_leaves_volumes(shop: Deployment) -> None:
    shop.write(_ONE.format(image="app:1"))
    shop.up()
    shop.write(_THREE.replace("db:1", "crash-db:1"))
    done = shop.up("--atomic", code=8)
    assert "going back to revision 1" in done.text
    assert claims(shop) == _ALL
    assert shop.get("Deployment", "db") is None
    shop.write(_THREE)
    shop.up()
    assert shop.run("rollback", "1").code == 0
    assert claims(shop) == _ALL
