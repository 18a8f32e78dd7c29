"""Whether there is anything for ``up`` to do."""

import pytest

from kompyle.cluster.diff import Differences
from kompyle.cluster.outcome import Problem


@pytest.mark.parametrize(
    ("changes", "is_empty"),
    [
        pytest.param((), True, id="nothing"),
        pytest.param((("PersistentVolumeClaim/data", "keep"),), True, id="kept"),
        pytest.param((("Deployment/web", "update"),), False, id="update"),
        pytest.param((("Service/web", "delete"),), False, id="delete"),
    ],
)
def test_what_is_kept_is_no_change(
    *, changes: tuple[tuple[str, str], ...], is_empty: bool
) -> None:
    assert Differences(changes, "").is_empty is is_empty


def test_a_refusal_is_something() -> None:
    refused = Problem("Service/web", "forbidden", "it is not allowed")
    assert not Differences((), "", problems=(refused,)).is_empty
