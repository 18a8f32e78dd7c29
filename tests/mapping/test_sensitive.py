"""Which variables and files are kept in Secrets."""

import pytest

from kompyle.sensitive import is_sensitive, is_sensitive_file


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "x"),
        ("MYSQL_ROOT_PASSWD", "root"),
        ("SMTP_PASS", "x"),
        ("DB_PWD", "x"),
        ("SECRET_KEY_BASE", "x"),
        ("api_key", "x"),
        ("APIKEY", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("GITHUB_TOKEN", "x"),
        ("DATABASE_URL", "postgres://app:pw@db/app"),
        ("AMQP", "amqp://u:p@mq:5672//"),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----\nx"),
        ("GH", "ghp_0123456789abcdef"),
        ("ID", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_secret_variables(name: str, value: str) -> None:
    assert is_sensitive(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_USER", "app"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("PUBLIC_KEY", "x"),
        ("TOKEN_TTL", "3600"),
        ("PASSWORD_MIN_LENGTH", "8"),
        ("REQUIRE_PASSWORD", "true"),
        ("API_TOKEN", ""),
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"),
        ("COMPASS", "north"),
        ("DATABASE_URL", "postgres://db/app"),
        ("DATABASE_URL", "postgres://app@db/app"),
    ],
)
def test_plain_variables(name: str, value: str) -> None:
    assert not is_sensitive(name, value)


@pytest.mark.parametrize(
    ("path", "is_secret"),
    [
        ("certs/server.key", True),
        ("id_rsa", True),
        (".env", True),
        ("htpasswd", True),
        ("db_password.txt", True),
        ("server.crt", False),
        ("nginx.conf", False),
        ("keys.md", False),
    ],
)
def test_files_by_name(path: str, is_secret: bool) -> None:  # noqa: FBT001 - a table
    assert is_sensitive_file(path, b"") == is_secret


def test_files_by_content() -> None:
    assert is_sensitive_file("a.conf", b"x\n-----BEGIN EC PRIVATE KEY-----\n")
