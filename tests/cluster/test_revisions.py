"""What a revision keeps of a project, across versions and parts of a project."""

import json

import pytest

from kompyle.cluster.app import App, Part, Published, restored, stored
from kompyle.cluster.revisions import merged

WEB = Part("web", "Deployment/web", "web", published=(Published(8080, 80),))
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
SHOP = App("shop", (SERVICE,), {"web": WEB}, contexts=("staging",))


def test_what_is_stored_comes_back() -> None:
    assert restored(json.loads(json.dumps(stored(SHOP)))) == SHOP


def test_fields_of_later_versions_are_passed_over() -> None:
    data = json.loads(json.dumps(stored(SHOP)))
    data["parts"][0] |= {"color": "red"}
    data["parts"][0]["published"][0] |= {"speed": 1}
    assert restored({**data, "more": 1}) == SHOP


def test_a_revision_without_a_format_is_of_the_first_one() -> None:
    data = stored(SHOP)
    del data["format"]
    assert restored(data) == SHOP


def test_a_later_format_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="a later version of kompyle has written it"):
        restored({**stored(SHOP), "format": 99})


def test_a_part_of_a_project_keeps_what_holds_for_all() -> None:
    api = Part("api", "Deployment/api", "api")
    part = App("shop", (), {"api": api}, is_whole=False, contexts=("production",))
    found = merged(SHOP, part)
    assert found.contexts == ("production",)
    assert found.manifests == SHOP.manifests
    assert set(found.parts) == {"web", "api"}
    assert found.is_whole
