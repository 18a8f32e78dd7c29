"""Events as JSON are what the published schema says, even of runs that do nothing."""

import json
from pathlib import Path

import jsonschema
import pytest

from kompyle.cluster.events import Event, Kind, Phase, What
from kompyle.cluster.outcome import Code, Outcome, Problem
from kompyle.cluster.telling import Teller

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas/events.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    "objects", [{}, {What.CREATED: ("Service/web",)}], ids=["nothing", "something"]
)
def test_a_summary_says_what_became_of_the_objects(
    objects: dict[What, tuple[str, ...]],
) -> None:
    told: list[Event] = []
    Teller("shop", told.append).summary(Outcome(Code.DONE, "shop", "shop", objects))
    (data,) = (event.data for event in told)
    jsonschema.validate(data, SCHEMA)
    assert data["objects"] == {str(what): len(names) for what, names in objects.items()}


def test_an_event_leaves_out_what_it_has_nothing_to_say_of() -> None:
    told: list[Event] = [Event(Kind.TARGET, Phase.LOGIN, message="context kind-shop")]
    Teller("", told.append).problem(Problem("", "NameTaken", "it is taken"))
    for event in told:
        jsonschema.validate(event.data, SCHEMA)
        assert "object" not in event.data
        assert "" not in event.data.values()
