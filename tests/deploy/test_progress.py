"""Behaviour 19: progress for people, for logs and for machines."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.deploy.deployment import Deployment, Done
from tests.deploy.terminal import on_a_terminal

_SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas/events.json").read_text("utf-8")
)
_SLOW = """
services:
  web:
    image: slow-2
    healthcheck: {test: [CMD, "true"]}
  cache:
    image: cache:1
"""
_FAILING = """
services:
  web:
    image: crash-web:1
  db:
    image: db:1
    volumes: [data:/data]
volumes: {data: {}}
"""


def checked(done: Done) -> list[dict[str, object]]:
    """Return the events, each as the published schema has it."""
    for event in done.events:
        jsonschema.validate(event, _SCHEMA)
    return done.events


def test_a_terminal_has_one_line_for_each_service(shop: Deployment) -> None:
    shop.write(_SLOW)
    arguments = ("up", "-n", shop.namespace, "--context", "admin")
    shown = on_a_terminal(arguments, shop.folder, shop.environment())
    assert shown.code == 0
    rows = [line for line in shown.screen if line.startswith("✔")]
    assert len(rows) == 2
    assert all("ready" in line for line in rows)
    assert "works; 4 created" in shown.screen[-1]
    assert "namespace" in shown.screen[0]
    for _, picture in shown.pictures:
        names = [word for line in picture for word in line.split()[1:2]]
        assert names.count("web") <= 1, picture
        assert names.count("cache") <= 1, picture


def test_a_terminal_is_drawn_at_most_ten_times_a_second(shop: Deployment) -> None:
    shop.write(_SLOW)
    arguments = ("up", "-n", shop.namespace, "--context", "admin")
    shown = on_a_terminal(arguments, shop.folder, shop.environment())
    moments = [moment for moment, _ in shown.pictures]
    for start in moments:
        within = [moment for moment in moments if start <= moment < start + 1.0]
        # Each drawing can come in two reads, and lines are printed above it.
        assert len(within) <= 24, within


def test_a_small_terminal_shows_what_does_not_work_yet(shop: Deployment) -> None:
    services = "".join(f"  s{n}: {{image: 's:1'}}\n" for n in range(12))
    shop.write(f"services:\n{services}  late: {{image: slow-4}}\n")
    arguments = ("up", "-n", shop.namespace, "--context", "admin")
    shown = on_a_terminal(arguments, shop.folder, shop.environment(), (60, 10))
    assert shown.code == 0
    shown_more = [line for _, p in shown.pictures for line in p if "more" in line]
    assert shown_more, shown.pictures
    assert max(len(picture) for _, picture in shown.pictures) <= 10


def test_questions_stay_on_the_screen_until_they_are_answered(
    shop: Deployment,
) -> None:
    volume = "    volumes: [data:/data]\nvolumes: {data: {}}\n"
    shop.write(f"services:\n  web:\n    image: 'web:1'\n{volume}")
    shop.up("--no-wait")
    arguments = ("down", "-v", "-n", shop.namespace, "--context", "admin")
    question = "Delete PersistentVolumeClaim/data, with all data"
    for keys, code in (("\x03", 130), ("no\n", 4), ("y\n", 0)):
        shown = on_a_terminal(
            arguments, shop.folder, shop.environment(), answer=(question, keys)
        )
        assert shown.code == code, shown.screen
        first = next(at for at, p in shown.pictures if question in "".join(p))
        later = [p for at, p in shown.pictures if first <= at < first + 1.0]
        assert all(question in "".join(picture) for picture in later)
    assert shop.get("PersistentVolumeClaim", "data") is None


def test_lines_in_a_log_have_times_and_no_colours(shop: Deployment) -> None:
    shop.write(_SLOW)
    done = shop.up()
    assert not done.out
    assert "\x1b" not in done.err
    lines = done.err.splitlines()
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines), lines
    told = [line for line in done.text.splitlines() if line.startswith("cache: ")]
    assert told[-1] == "cache: ready"
    assert len(told) == len(set(told))


def test_events_are_as_the_schema_says(shop: Deployment) -> None:
    shop.write(_SLOW)
    events = checked(shop.up("--output", "json"))
    assert events[0]["type"] == "target"
    assert events[-1]["type"] == "summary"
    assert events[-1]["code"] == 0
    kinds = {event["type"] for event in events}
    assert kinds >= {"target", "notice", "object", "workload", "summary"}
    told = [event for event in events if event["type"] == "object"]
    of_workloads = [event for event in told if "Deployment" in str(event["object"])]
    assert {event["service"] for event in of_workloads} == {"cache", "web"}


def test_failures_are_events_too(shop: Deployment) -> None:
    shop.write(_FAILING)
    done = shop.up("--output", "json", code=5)
    (failure,) = [found for found in checked(done) if found["type"] == "failure"]
    assert failure["service"] == "web"
    assert str(failure["place"]).endswith("compose.yaml:4:3")
    assert checked(shop.run("down", "--output", "json"))[-1]["status"] == "done"


@pytest.mark.parametrize("number", [2])
def test_a_warning_of_the_server_is_told_once(shop: Deployment, number: int) -> None:
    services = "".join(
        f"  s{n}:\n    image: 's:1'\n    labels: {{a: b}}\n" for n in range(number)
    )
    shop.write(f"services:\n{services}")
    shop.kubectl(
        "label",
        "namespace",
        shop.namespace,
        "pod-security.kubernetes.io/warn=restricted",
    )
    done = shop.up()
    told = [line for line in done.text.splitlines() if "PodSecurity" in line]
    assert told
    assert len(told) == len(set(told))
