"""Which hosts and ports a text speaks to."""

import pytest

from kompyle.mapping.addresses import addresses

CASES = [
    pytest.param("http://api/", ["api:80/TCP?"], id="usual-port"),
    pytest.param("https://api", ["api:443/TCP?"], id="usual-port-of-https"),
    pytest.param("postgres+asyncpg://u:1@db/x", ["db:5432/TCP?"], id="driver"),
    pytest.param("redis://:90@cache:7000/0", ["cache:7000/TCP"], id="password"),
    pytest.param("mongodb://a:1,b/x", ["a:1/TCP", "b:27017/TCP?"], id="several-hosts"),
    pytest.param("udp://st:12201", ["st:12201/UDP"], id="udp"),
    pytest.param("gelf+udp://st:99", ["st:99/UDP"], id="transport"),
    pytest.param("http://st:8125", ["st:8125/TCP"], id="http-is-never-udp"),
    pytest.param("st:8125", ["st:8125/TCP", "st:8125/UDP"], id="statsd"),
    pytest.param("nc -z api 8444", ["api:8444/TCP"], id="words"),
    pytest.param("nc -zu api 9999", ["api:9999/UDP"], id="words-udp"),
    pytest.param("pg_isready -h db -p 5433", ["db:5433/TCP"], id="option"),
    pytest.param("host=db port=5433 dbname=x", ["db:5433/TCP"], id="keywords"),
    pytest.param("</dev/tcp/db/5432", ["db:5432/TCP"], id="device-of-bash"),
    pytest.param("u:p@tcp(db:3306)/x", ["db:3306/TCP"], id="go-dsn"),
    pytest.param("dns:///api:50051", ["api:50051/TCP"], id="grpc"),
    pytest.param("dns://9.9.9.9/api:50051", ["api:50051/TCP"], id="grpc-by-a-server"),
    pytest.param("dns:///api", ["api:443/TCP?"], id="grpc-without-port"),
    pytest.param("dns:api:50051", ["api:50051/TCP"], id="grpc-short"),
    pytest.param(
        "passthrough:///a:81,b:82", ["a:81/TCP", "b:82/TCP"], id="grpc-passthrough"
    ),
    pytest.param("ipv4:api:50051", ["api:50051/TCP"], id="grpc-address"),
    pytest.param("dns://ns:54/", ["ns:54/TCP", "ns:54/UDP"], id="name-server"),
    pytest.param("Server=tcp:db,1433;User=sa", ["db:1433/TCP"], id="sql-server"),
    pytest.param("sqlcmd -S db,1433", ["db:1433/TCP"], id="sql-server-option"),
    pytest.param("(HOST=db)(PORT=1521)", ["db:1521/TCP"], id="oracle"),
    pytest.param("Host=db;Database=x;Port=81", ["db:81/TCP"], id="ado"),
    pytest.param("mysql:host=db;port=3307", ["db:3307/TCP"], id="pdo"),
    pytest.param('{"host": "api", "port": 9100}', ["api:9100/TCP"], id="json"),
    pytest.param('{"a": {"host": "a"}, "port": 81}', [], id="json-of-another"),
    pytest.param("dbHost: db, dbPort: 81", ["db:81/TCP"], id="camel-case"),
    pytest.param("host: db\n  port: 5433", ["db:5433/TCP"], id="yaml"),
    pytest.param("--api=api --api-port=81", ["api:81/TCP"], id="options"),
    pytest.param("--db-host db -v --db-port 81", ["db:81/TCP"], id="options-apart"),
    pytest.param("--db-host db --web-port 81", [], id="options-of-another"),
    pytest.param("psql -h db -U app -p 5433", ["db:5433/TCP"], id="letters"),
    pytest.param("mysql -h db -u app -p1234", [], id="password-after-a-letter"),
    pytest.param("--workers=api,12", [], id="list"),
    pytest.param("postgres:16-alpine", [], id="image"),
    pytest.param("registry/postgres:16", [], id="image-in-a-registry"),
    pytest.param("db:12345@", [], id="password-of-digits"),
    pytest.param("db:99999", [], id="too-large"),
    pytest.param(
        "PLAINTEXT://k:9092,OUT://l:9094", ["k:9092/TCP", "l:9094/TCP"], id="kafka"
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_addresses(text: str, expected: list[str]) -> None:
    found = [
        f"{item.host}:{item.number}/{item.protocol}{'?' if item.is_usual else ''}"
        for item in addresses(text)
    ]
    assert found == expected
