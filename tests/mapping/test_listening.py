"""On which ports a service listens by what its image and its command say."""

from pathlib import Path

import pytest

from kompyle.mapping.listening import listening
from tests.mapping.projects import decoded

CASES = [
    pytest.param("{image: redis}", (6379,), id="image"),
    pytest.param(
        "{image: redis, command: redis-server --port 6380}", (6380,), id="redis"
    ),
    pytest.param("{image: redis, command: --port 6380}", (6380,), id="options-alone"),
    pytest.param(
        '{build: ., command: [sh, -c, "exec redis-server --port 6380"]}',
        (6380,),
        id="in-a-shell",
    ),
    pytest.param(
        "{image: redis, command: redis-cli --port 6380 ping}", (6379,), id="client"
    ),
    pytest.param(
        "{image: 'mongo:7', command: mongod --port 27018}", (27018,), id="mongo"
    ),
    pytest.param(
        "{image: 'mongo:7', command: [--replSet, rs0, --port, '27018']}",
        (27018,),
        id="mongo-options",
    ),
    pytest.param("{image: postgres, command: postgres -p 5433}", (5433,), id="short"),
    pytest.param(
        "{image: postgres, command: postgres -c port=5433 -c fsync=off}",
        (5433,),
        id="setting",
    ),
    pytest.param(
        "{image: postgres, command: -c max_connections=200}", (5432,), id="other"
    ),
    pytest.param("{image: mysql, command: mysqld --port=3307}", (3307,), id="mysql"),
    pytest.param("{image: mariadb, command: mariadbd -P3307}", (3307,), id="mariadb"),
    pytest.param(
        "{image: mysql, command: mysqladmin -P3307}", (3306,), id="mysqladmin"
    ),
    pytest.param("{image: redis, command: redis-server --port 0}", (6379,), id="none"),
    pytest.param(
        "{image: 'rabbitmq:3-management'}", (5672, 15672), id="rabbitmq-management"
    ),
    pytest.param("{image: 'rabbitmq:3'}", (5672,), id="rabbitmq"),
]


@pytest.mark.parametrize(("service", "expected"), CASES)
def test_ports(tmp_path: Path, service: str, expected: tuple[int, ...]) -> None:
    (found,) = decoded(tmp_path, f"services:\n  app: {service}\n")
    assert listening(found) == expected
