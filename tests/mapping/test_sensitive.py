"""Which variables and files are kept in Secrets."""

import time

import pytest

from kompyle.sensitive import is_sensitive
from kompyle.sensitive_files import is_sensitive_file


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
        ("DBPASS", "x"),
        ("PGPASS", "x"),
        ("ENC_KEY", "x"),
        ("OMNIBUS", "gitlab_rails['db_password'] = 's3cret'"),
        ("JWT_KEY", "x"),
        ("VAULT_SECRET_ID", "x"),
        ("NEO4J_AUTH", "neo4j/x"),
        ("DSN", "Server=db;User=sa;Password=s3cret;"),
        ("DSN", "app:s3cret@tcp(db:3306)/x"),
        ("DSN", "host=db password=s3cret"),
        ("URL", "jdbc:postgresql://db/x?user=a&password=s3cret"),
        ("URL", "https://0123456789abcdef0123456789abcdef@sentry.example/1"),
        ("URL", "amqp://u:a/b@mq"),
        ("JAVA_OPTS", "-Xmx1g -Dspring.datasource.password=s3cret"),
        ("SETTINGS", '{"db": {"password": "s3cret"}}'),
        ("REDIS_ARGS", "--save 60 1 --requirepass s3cret"),
        ("HEADER", "Authorization: Bearer abcdefgh"),
        ("APP_KEY", "base64:Zm9vYmFyYmF6Zm9vYmFyYmF6"),
        ("HOOK", "https://hooks.slack.com/services/T0/B0/x"),
        ("USERS", "admin:$apr1$H6uskkkW$x"),
        ("USERS", "admin:realm:a2688e031edb4be6a3797f3882655c05"),
        ("RABBITMQ_ERLANG_COOKIE", "x"),
        ("AUTH", "user:hunter2"),
        ("PROXY_AUTH", "user:hunter2"),
        ("ROOT_PW", "x"),
        ("com.example.password", "x"),
        ("org.example.pass", "x"),
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
        ("PROXY_PASS", "http://api:8080"),
        ("TOKEN_URL", "https://login.example/token"),
        ("AWS_ACCESS_KEY_ID", ""),
        ("AUTH", "ldap"),
        ("AUTH", "proxy:8080"),
        ("AUTH", "https://login.example"),
        ("KEY", "id"),
        ("com.example.key", "id"),
        ("SESSION_COOKIE", "sid"),
        ("org.example.password-file", "/run/x"),
        ("com.example.tls.secretname", "web-tls"),
        ("FEATURES", "reset-password=1"),
        ("JAVA_OPTS", "-Dfile.encoding=UTF-8"),
        ("PWD", "/home/me/shop"),
        ("OLDPWD", "/home/me"),
        ("OPTIONS", "--token-ttl 30 --password-policy strict"),
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


@pytest.mark.parametrize(
    ("data", "is_secret"),
    [
        (b"[db]\ndb_password = s3cret\n", True),
        (b"mail:\n  password: s3cret\n", True),
        (b"default_pass = s3cret", True),
        (b"SECRET_KEY=s3cret", True),
        (b"app_key: s3cret", True),
        (b"master-key: s3cret", True),
        (b"hmac_key: s3cret", True),
        (b'{"user": "me", "password": "Geheim-123-abc"}', True),
        (b'{"db": {"dbPassword":\n  "s3cret"}}', True),
        (b'{"clientSecret": "correct horse battery staple"}', True),
        (b'{"url": "postgres://u:pw@db/x"}', True),
        (b'{"Default": "Server=db;User Id=sa;Password=s3cret;"}', True),
        (b'{"auths": {"ghcr.io": {"auth": "bWU6czNjcmV0"}}}', True),
        (b"url: postgres://u:pw@db/x\n", True),
        (b"dsn = app:s3cret@tcp(db:3306)/x\n", True),
        (b"[mail]\ndb = { password = 's3cret' }\n", True),
        (b"port 6379\nrequirepass s3cret\n", True),
        (b"masterauth s3cret\n", True),
        (b"<user><password>s3cret</password></user>", True),
        (b"<user name='a' password=\"s3cret\"/>", True),
        (b"<property name='connection.password'>s3cret</property>", True),
        (b"<property name='password' value='s3cret'/>", True),
        (b"CREATE USER a IDENTIFIED BY 's3cret';", True),
        (b"create role a with login password 's3cret';", True),
        (b"define( 'DB_PASSWORD', 's3cret' );", True),
        (b"db.createUser({user: 'a', pwd: 's3cret'})", True),
        (b"export DB_PASSWORD=s3cret\n", True),
        (b"- password: s3cret\n", True),
        (b'{"password": "${PASSWORD}"}', False),
        (b'{"password": "{{ password }}"}', False),
        (b'{"password": "<your password>"}', False),
        (b'{"password": "DB_PASSWORD"}', False),
        (b'{"password": ""}', False),
        (b'{"password": null, "token": true}', False),
        (b'{"password": "*****"}', False),
        (b'{"password": "Passwort vergessen?"}', False),
        (b'{"password": "Password"}', False),
        (b'{"hint": "enter the password:", "x": "no token: none"}', False),
        (b'{"secret": "/run/secrets/db"}', False),
        (b'{"jsonwebtoken": "^9.0.2"}', False),
        (b'{"fields": ["user", "password", "email"]}', False),
        (b'{"max_token": 4096, "tokenUrl": "https://x.example/t"}', False),
        (b'{"token": "env:TOKEN"}', False),
        (b"password: null\ntoken: true\n", False),
        (b"url = postgres://db/x\nother = http://me@x\n", False),
        (b"url: postgres://u:${PASSWORD}@db/x\n", False),
        (b"url: postgres://u:$PASSWORD@db/x\n", False),
        (b"# url: postgres://u:pw@db/x\n", False),
        (b"# requirepass foobared\n", False),
        (b"<password></password><password>${PASSWORD}</password>", False),
        (b"<input type='password' name='password' value=''/>", False),
        (b"<label>Password</label><b>s3cret</b>", False),
        (b"-- IDENTIFIED BY 's3cret'", False),
        (b"connect(user=user, password=self.password)", False),
        (b"connect(user=user, password=read())", False),
        (b"password required pam_unix.so\n", False),
        (b"password_encryption = scram-sha-256\n", False),
        (b"password = ${DB_PASSWORD}\n", False),
        (b"proxy_pass http://api;\n", False),
        (b"# set the password: below\n", False),
    ],
)
def test_files_with_settings(data: bytes, is_secret: bool) -> None:  # noqa: FBT001 - a table
    assert is_sensitive_file("app.conf", data) == is_secret


def test_files_by_content() -> None:
    assert is_sensitive_file("a.conf", b"x\n-----BEGIN EC PRIVATE KEY-----\n")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"dsn root@tcp(db)\n" + b"ab:" * 20_000, id="dsn"),
        pytest.param(b"<pass>a" + b" " * 60_000 + b"<a></a>", id="element"),
        pytest.param(b"?password=" * 12_000 + b"(", id="query"),
        pytest.param(
            b"<pass>" + b"${" * 60_000 + b"\nx</pass>", id="what-stands-instead"
        ),
    ],
)
def test_long_files_are_read_in_a_moment(data: bytes) -> None:
    begun = time.process_time()
    is_sensitive_file("app.conf", data)
    assert time.process_time() - begun < 1


def test_a_secret_of_several_words_in_an_element() -> None:
    assert is_sensitive_file("a.xml", b"<password>\n my own \n word </password>")
