"""The ports of a Service, whoever names them."""

from pathlib import Path

import pytest

from kompyle.mapping.listening import image_name, well_known
from kompyle.mapping.resources import _cpu, byte_quantity
from kompyle.mapping.service_ports import service_ports
from tests.mapping.projects import decoded

CASES = [
    pytest.param("{}", [], [], id="none"),
    pytest.param('{ports: ["8080:80"]}', [], ["tcp-80"], id="published"),
    pytest.param('{ports: ["53:53/udp"]}', [], ["udp-53"], id="protocol"),
    pytest.param('{expose: ["9000-9001"]}', [], ["tcp-9000", "tcp-9001"], id="range"),
    pytest.param(
        '{ports: ["80"], expose: ["80"]}',
        [(80, "TCP")],
        ["tcp-80"],
        id="said-three-times",
    ),
    pytest.param(
        '{ports: ["80"]}',
        [(7, "TCP"), (9, "UDP")],
        ["tcp-80", "tcp-7", "udp-9"],
        id="spoken",
    ),
    pytest.param(
        '{ports: ["53/udp"]}', [(53, "TCP")], ["udp-53", "tcp-53"], id="both-protocols"
    ),
]


@pytest.mark.parametrize(("service", "spoken", "expected"), CASES)
def test_ports(
    tmp_path: Path, service: str, spoken: list[tuple[int, str]], expected: list[str]
) -> None:
    image = "{image: example/app:1, " + service.removeprefix("{")
    (found,) = decoded(tmp_path, f"services:\n  app: {image}\n")
    assert [port.name for port in service_ports(found, spoken)] == expected


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("postgres", "postgres"),
        ("postgres:16-alpine", "postgres"),
        ("localhost:5000/db/postgres:16@sha256:00", "postgres"),
        ("ghcr.io/acme/web", "web"),
        ("", ""),
    ],
)
def test_image_name(image: str, name: str) -> None:
    assert image_name(image) == name


def test_well_known_ports() -> None:
    assert well_known("bitnami/postgresql:16") == (5432,)
    assert well_known("example/app:1") == ()
    assert well_known(None) == ()


@pytest.mark.parametrize(
    ("cpus", "text"),
    [(0.5, "500m"), (2, "2"), (1.5, "1500m"), (0.0001, "1m"), (0.9999, "1")],
)
def test_cpus(cpus: float, text: str) -> None:
    assert _cpu(cpus) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1500, "1500"), (1024, "1Ki"), (1 << 29, "512Mi"), (3 << 30, "3Gi")],
)
def test_bytes(number: int, text: str) -> None:
    assert byte_quantity(number) == text
