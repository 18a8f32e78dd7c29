"""Which words that equal a service's name are hosts."""

import pytest

from kompyle.mapping.host_words import uses

NAMES = {"my_db": "my-db", "api_v1": "api-v1"}
HOSTS = {
    "URL": "my_db:5432/x",
    "DB_HOST": "my_db",
    "PEERS": "my_db, api_v1",
    "no_proxy": "localhost,my_db",
    "ANY": "my_db,api_v1:80",
    "SOURCE": "kafka://my_db",
    "OTHER": "mongodb://u:p@my_db,api_v1:27018/x",
    "ADO": "Server=tcp:my_db,1433;Database=x",
    "ORACLE": "(ADDRESS=(PROTOCOL=TCP)(HOST=my_db)(PORT=1521))",
    "JSON": '{"host": "my_db"}',
    "GO": "root:p@tcp(my_db)/x",
    "SSH_SERVER": "root@my_db",
    "QUORUM": "1@my_db:9093",
    "GRPC": "dns:///my_db:50051",
    "GRPC_TARGET": "passthrough:///my_db",
    "RESOLVED": "dns://9.9.9.9/api_v1:50051,my_db:50051",
    "PDO": "mysql:host=my_db;dbname=app",
    "PDO_OF_SQL_SERVER": "sqlsrv:Server=my_db,1433;Database=app",
}
COMMANDS = [
    "nc -z my_db 5432",
    "/wait my_db",
    "CMD wait-for-it my_db -t 5",
    "ping -c 1 api_v1",
    "curl -fsS my_db/path",
    "until nslookup my_db; do sleep 1; done",
    'sh -c "getent hosts my_db"',
    "mysqladmin ping -hmy_db",
    "serve --redis-host my_db",
    "serve --db=my_db:5432",
    "start my_db 5432",
    "ssh root@my_db",
    "echo x > /dev/tcp/my_db/5432",
    "curl $(cat scheme)://my_db:$PORT",
]
NO_HOSTS = {
    "POSTGRES_DB": "my_db",
    "RABBITMQ_DEFAULT_VHOST": "my_db",
    "DATABASES": "my_db,api_v1",
    "LOGIN_URL": "http://my_db@host/my_db?user=my_db",
    "IMG": "registry/my_db:1.2",
    "IMG2": "my_db:15-alpine",
    "IMAGE": "my_db:15",
    "DSN_OF_USER": "user=my_db:12345",
    "EMAIL": "admin@my_db",
    "DSN": "dbname=my_db",
    "PDO": "mysql:dbname=my_db;user=my_db",
    "SOCKET": "mysql:///my_db",
    "ZONE": "dns://9.9.9.9/my_db/x",
    "WSGI": "my_db:app",
    "FOLDER_OF": "/srv/my_db",
}
NO_HOSTS_IN_COMMANDS = [
    "my_db serve",
    "curl -u my_db:12345 http://x",
    "psql -U my_db -d my_db",
    "psql --dbname my_db",
    "gunicorn my_db:app",
    "cat my_db/file",
]
UNCLEAR = ["serve my_db", "curl -o my_db", "test my_db"]


def found(text: str, key: str = "") -> set[str]:
    return {use.value for _, use in uses(text, NAMES, key)}


@pytest.mark.parametrize(("key", "text"), HOSTS.items())
def test_hosts_in_variables(key: str, text: str) -> None:
    assert found(text, key) == {"host"}


@pytest.mark.parametrize("text", COMMANDS)
def test_hosts_in_commands(text: str) -> None:
    assert found(text) == {"host"}


@pytest.mark.parametrize(("key", "text"), NO_HOSTS.items())
def test_no_hosts_in_variables(key: str, text: str) -> None:
    assert found(text, key) == {"other"}


@pytest.mark.parametrize("text", NO_HOSTS_IN_COMMANDS)
def test_no_hosts_in_commands(text: str) -> None:
    assert found(text) == {"other"}


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_may_be_a_host(text: str) -> None:
    assert found(text) == {"unclear"}
