"""What a server or kubectl would refuse for its size."""

from pathlib import Path

import pytest

from kompyle.compose.discovery import Request
from kompyle.diagnostics import Severity
from kompyle.pipeline import convert, load

_SERVICES = "services: {app: {image: example/app, "
_SOURCES = {
    "config": _SERVICES + "configs: [long]}}\nconfigs: {long: {content: TEXT}}",
    "secret": _SERVICES + "secrets: [long]}}\nsecrets: {long: {environment: LONG}}",
    "variable": _SERVICES + "environment: {A: b, LONG: TEXT}}}",
    "password": _SERVICES + "environment: {A: b, PASSWORD: TEXT}}}",
    "label": _SERVICES + "labels: {a: b, long: TEXT}}}",
    "rollout": _SERVICES + "deploy: {labels: {long: TEXT}}}}",
}


@pytest.mark.parametrize(
    ("source", "size", "expected"),
    [
        pytest.param("config", 170, [], id="config"),
        pytest.param("config", 200, ["large-object"], id="large-config"),
        pytest.param("config", 1025, ["too-large-object"], id="too-large-config"),
        pytest.param("secret", 200, ["large-object"], id="large-secret"),
        pytest.param("secret", 1025, ["too-large-object"], id="too-large-secret"),
        pytest.param("variable", 200, ["large-object"], id="large-variable"),
        pytest.param("variable", 1025, ["too-large-object"], id="too-large-variable"),
        pytest.param("password", 1025, ["too-large-object"], id="too-large-password"),
        pytest.param("label", 200, [], id="label"),
        pytest.param("label", 257, ["too-large-object"], id="too-large-label"),
        pytest.param("rollout", 257, ["too-large-object"], id="too-large-rollout"),
    ],
)
def test_large_objects_are_told(
    source: str, size: int, expected: list[str], tmp_path: Path
) -> None:
    text = "ab" * size * 512
    (tmp_path / "compose.yaml").write_text(_SOURCES[source].replace("TEXT", text))
    request = Request(cwd=str(tmp_path), environment={"LONG": text})
    result = convert(load(request))
    found = [item for item in result.diagnostics if "large-object" in item.code]
    assert [item.code for item in found] == expected
    assert all(item.position and item.help for item in found)
    is_refused = "too-large-object" in expected
    assert result.has_errors is is_refused
    assert all((item.severity is Severity.ERROR) is is_refused for item in found)
