"""Run the recorded answers of the reference's own small parsers."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from kompyle.compose import (
    bytesize,
    dotenv,
    duration,
    filepath,
    gotext,
    hostlist,
    project_name,
    shellwords,
    short_port,
    short_volume,
    template,
)
from tests.conftest import SHARED

TABLES = SHARED / "conformance" / "05-composego-unit-tables.jsonl"

# What the tests of the reference had in their environment.
ENVIRONMENTS = {
    "SubstitutionsWithEnvFileDefaultValuePrecedence": {"OPTION_A": "5"},
    "InheritedEnvVariable": {"VAR_TO_BE_LOADED_FROM_OS_ENV": "SOME_RANDOM_VALUE"},
}
# These rows record a replacement function of the test, not the rules of Compose.
FOREIGN_TESTS = "TestSubstituteWithReplacementFunc"

Row = Mapping[str, Any]


def normalized_name(row: Row) -> object:
    return project_name.normalize(row["in"])


def ports(row: Row) -> object:
    return [
        {"mode": port.mode, "target": port.target, "protocol": port.protocol}
        | ({"published": port.published} if port.published else {})
        | ({"host_ip": port.host_ip} if port.host_ip else {})
        for port in short_port.parse(row["in"])
    ]


def volume(row: Row) -> object:
    mount = short_volume.parse(row["in"])
    bind = {"propagation": mount.propagation, "selinux": mount.selinux}
    form = {
        "type": mount.type,
        "source": mount.source,
        "target": mount.target,
        "read_only": mount.read_only or None,
        "bind": {key: text for key, text in bind.items() if text}
        if mount.bind
        else None,
        "volume": ({"nocopy": True} if mount.nocopy else {}) if mount.volume else None,
    }
    return {key: value for key, value in form.items() if value is not None}


def substituted(row: Row) -> object:
    return template.substitute(row["in"]["template"], row["in"]["lookups"].get)


def values(row: Row) -> object:
    environments = [ENVIRONMENTS[test] for test in ENVIRONMENTS if test in row["test"]]
    environment = environments[0] if environments else {}
    return dotenv.parse(row["in"]["src"], environment.get)


def hosts(row: Row) -> object:
    return sorted(
        f"{host}={address}"
        for host, addresses in hostlist.parse(row["in"]).items()
        for address in addresses
    )


ANSWERS: dict[str, Callable[[Row], object]] = {
    "loader.NormalizeProjectName": normalized_name,
    "types.ParsePortConfig": ports,
    "format.ParseVolume": volume,
    "template.Substitute": substituted,
    "dotenv.Parse": values,
    "types.NewHostsList": hosts,
    "paths.IsWindowsAbs": lambda row: filepath.is_windows_absolute(row["in"]),
    "types.ShellCommand": lambda row: shellwords.split(row["in"]),
    "types.UnitBytes": lambda row: bytesize.parse(gotext.text(row["in"])),
    "types.Duration": lambda row: duration.render(duration.parse(row["in"])),
}


def cases() -> list[Any]:
    if not TABLES.is_file():
        skip = pytest.mark.skip(reason=f"no {TABLES}; KOMPYLE_SHARED names its folder")
        return [pytest.param({}, marks=skip)]
    rows = [json.loads(line) for line in TABLES.read_text("utf-8").splitlines()]
    return [
        pytest.param(row, id=f"{row['fn']}-{json.dumps(row['in'])[:60]}")
        for row in rows
        if row["fn"] in ANSWERS and FOREIGN_TESTS not in row["test"]
    ]


@pytest.mark.parametrize("row", cases())
def test_answer_is_that_of_the_reference(row: Row) -> None:
    answer = ANSWERS[row["fn"]]
    if "error" in row:
        with pytest.raises(ValueError, match=r"\w"):
            answer(row)
    else:
        assert answer(row) == row["out"]
