"""How a command in a container ended, by the status that comes at its end."""

from typing import Any

import pytest

from kompyle.cluster.exec import exit_code
from kompyle.errors import ClusterError

OCI = (
    "Internal error occurred: error executing command in container: failed to start "
    "exec: OCI runtime exec failed: exec failed: unable to start container process: "
)


def failure(**cause: str) -> dict[str, Any]:
    return {"status": "Failure", "details": {"causes": [cause]}}


def test_codes_of_commands() -> None:
    assert exit_code({"status": "Success"}) == 0
    assert exit_code(failure(reason="ExitCode", message="7")) == 7


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        ('exec: "x": executable file not found in $PATH', 127, 'exec: "x": executable'),
        ('exec: "/x": permission denied', 126, 'exec: "/x": permission denied'),
        ("cannot join namespace", 5, "cannot join namespace"),
    ],
)
def test_what_could_not_be_started(told: str, code: int, said: str) -> None:
    status = failure(message=told) | {"message": f"{OCI}{told}: unknown"}
    with pytest.raises(ClusterError, match=said) as caught:
        exit_code(status)
    assert caught.value.code == code
    assert str(caught.value).startswith("exec failed: unable to start")
    assert not str(caught.value).endswith("unknown")
