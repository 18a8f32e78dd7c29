"""Databases whose data goes with their Pods are told, and no others."""

from pathlib import Path

import pytest

from kompyle.mapping.data_folders import unsaved_data
from tests.mapping.projects import decoded

TOLD = [
    "{image: postgres:16}",
    "{image: 'docker.io/library/mysql:8', command: [--skip-name-resolve]}",
    "{image: mongo, command: mongod --replSet rs0}",
    "{image: postgres:16, volumes: ['./init.sql:/docker-entrypoint-initdb.d/a.sql']}",
]
SILENT = [
    "{image: postgres:16, volumes: ['data:/var/lib/postgresql/data']}",
    "{image: postgres:16, volumes: ['data:/var/lib/postgresql']}",
    "{image: postgres:16, volumes: ['/var/lib/postgresql/data/']}",
    "{image: postgres:16, tmpfs: '/var/lib/postgresql/data:size=1g'}",
    "{image: postgres:16, volumes: ['data:/pg'], environment: {PGDATA: /pg/data}}",
    "{image: mongo, volumes: ['data:/db'], command: mongod --dbpath /db}",
    "{image: mysql:8, command: mysqldump -h db shop}",
    "{image: postgres:16, entrypoint: [psql, -h, db]}",
    "{image: redis:7}",
    "{image: example/app:1}",
]


@pytest.mark.parametrize(
    ("service", "is_told"),
    [*((text, True) for text in TOLD), *((text, False) for text in SILENT)],
)
def test_unsaved_data(tmp_path: Path, service: str, is_told: bool) -> None:  # noqa: FBT001
    text = f"services:\n  db: {service}\nvolumes: {{data: {{}}}}\n"
    (found,) = decoded(tmp_path, text)
    assert [item.code for item in unsaved_data(found)] == ["unsaved-data"] * is_told
