"""The values of secrets are in no output, and in no file but the user's own."""

from pathlib import Path

import pytest

from tests.controlplane.faults import Fault, refusing
from tests.deploy.deployment import Deployment, Done

VALUES = [f"Vs3cr3t{number}Qx9zL" for number in range(8)]
SHOP = """
services:
  web:
    image: {image}
    environment:
      DB_PASSWORD: {0}
      API_TOKEN: {1}
      DATABASE_URL: "postgres://shop:{2}@db/shop"
    secrets: [key, cert]
    configs: [settings]
  db:
    image: postgres
    env_file: [db.env]
    secrets: [key]
secrets:
  key: {{file: key.txt}}
  cert: {{environment: CERT}}
configs:
  settings: {{content: "password = {4}"}}
"""


@pytest.fixture
def project(shop: Deployment, tmp_path: Path) -> Deployment:
    write(shop, "nginx")
    shop.folder.joinpath("db.env").write_text(f"POSTGRES_PASSWORD={VALUES[5]}\n")
    shop.folder.joinpath("key.txt").write_text(f"{VALUES[6]}\n{VALUES[7]}\n")
    (tmp_path / "temp").mkdir()
    return shop


def write(shop: Deployment, image: str) -> None:
    shop.write(SHOP.format(*VALUES, image=image))


def run(shop: Deployment, *arguments: str, code: int | None = None) -> Done:
    temp = shop.folder.parent / "temp"
    homes = {"TMPDIR": str(temp), "HOME": str(temp)}
    done = shop.run(*arguments, env=homes | {"CERT": VALUES[3]})
    assert code is None or done.code == code, done.err
    return done


def leaks(shop: Deployment, *runs: Done) -> list[str]:
    """Return the values that were said, or left in a file of ours."""
    texts = [text for done in runs for text in (done.out, done.err)]
    for folder in ("temp", "state"):
        files = (shop.folder.parent / folder).rglob("*")
        texts += [
            path.read_text("utf-8", "replace") for path in files if path.is_file()
        ]
    return [value for value in VALUES if any(value in text for text in texts)]


def test_an_ordinary_run(project: Deployment) -> None:
    done = run(project, "up", "-v", "--no-wait", code=0)
    told = run(project, "up", "-v", "--no-wait", "--output", "json", code=0)
    assert leaks(project, done, told) == []


def test_the_values_are_in_the_cluster(project: Deployment) -> None:
    """So that the search in all else means something."""
    run(project, "up", "--no-wait", code=0)
    held = str([item for item in project.all("Secret") if "data" in item])
    assert held.count("Opaque") >= 3


def test_differences_and_listings(project: Deployment) -> None:
    run(project, "up", "--no-wait", code=0)
    project.write(SHOP.format(*reversed(VALUES), image="nginx:2"))
    runs = [
        run(project, "diff", code=3),
        run(project, "diff", "--show-drift", code=3),
        run(project, "up", "--dry-run", "--output", "json", code=0),
        run(project, "history"),
    ]
    assert "redacted" in runs[0].out
    assert leaks(project, *runs) == []


def test_what_a_crashing_container_prints(project: Deployment) -> None:
    write(project, "telling-1")
    done = run(project, "up", code=5)
    told = run(project, "up", "--output", "json", "-v", code=5)
    assert "API_TOKEN=***" in done.err
    assert leaks(project, done, told) == []


def test_what_the_server_says_of_a_secret(project: Deployment) -> None:
    """A server, or a webhook, that quotes what it was sent."""
    said = f'Secret "web-env" is invalid: data: Invalid value: "{VALUES[0]}"'
    trouble = refusing(r"PATCH \S*/secrets/web-env", Fault(422, said))
    project.proxy.trouble = trouble
    done = run(project, "up", "-v", code=4)
    told = run(project, "up", "--output", "json", code=4)
    assert 'Secret "web-env" is invalid' in done.err
    assert leaks(project, done, told) == []


def test_a_conflict_over_a_secret(project: Deployment) -> None:
    run(project, "up", "--no-wait", code=0)
    data = {"DB_PASSWORD": "T3RoZXJTM2NyZXQ="}
    project.patch("Secret", "web-env", {"data": data})
    done = run(project, "up", "--no-wait", code=4)
    assert "OtherS3cret" not in done.err
    assert "T3RoZXJTM2NyZXQ" not in done.err
    assert leaks(project, done) == []


def test_nothing_is_left_in_temporary_folders(project: Deployment) -> None:
    run(project, "up", "--no-wait", code=0)
    left = [p for p in (project.folder.parent / "temp").rglob("*") if p.is_file()]
    assert left == []


def test_revisions_are_of_a_type_of_their_own(project: Deployment) -> None:
    """Rights to other Secrets can leave these out; nothing mounts them."""
    run(project, "up", "--no-wait", code=0)
    (found,) = [s for s in project.all("Secret") if s["type"] == "kompyle.io/revision"]
    assert found["metadata"]["name"] == "kompyle.shop.v1"
    assert not [v for v in VALUES if v in str(found["metadata"])]
