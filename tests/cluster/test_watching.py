"""What is known of an object never goes back to an earlier state."""

from typing import Any

import pytest

from kompyle.cluster.watching import _newer


def item(generation: int, version: str) -> dict[str, Any]:
    return {"metadata": {"generation": generation, "resourceVersion": version}}


@pytest.mark.parametrize(
    ("known", "told", "kept"),
    [
        pytest.param(None, item(1, "5"), "5", id="new"),
        pytest.param(item(1, "5"), item(1, "6"), "6", id="later"),
        pytest.param(item(1, "10"), item(1, "9"), "10", id="answer-told-late"),
        pytest.param(item(2, "5"), item(1, "6"), "5", id="earlier-generation"),
    ],
)
def test_the_later_state_is_kept(
    known: dict[str, Any] | None, told: dict[str, Any], kept: str
) -> None:
    assert _newer(told, known)["metadata"]["resourceVersion"] == kept
