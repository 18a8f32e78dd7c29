"""Schedules of Go's cron library, in the words of a CronJob."""

import pytest

from kompyle.mapping.schedules import cron_expression


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("0 3 * * *", "0 3 * * *"),
        ("*/15 8-18 ? jan,MAR mon-fri", "*/15 8-18 ? jan,MAR mon-fri"),
        ("30 0 3 * * *", "0 3 * * *"),
        ("@midnight", "@midnight"),
        ("@every 30s", "@every 30s"),
        ("@every 1h30m", "@every 1h30m"),
        ("@every 48h", "@every 48h"),
    ],
)
def test_what_a_cron_job_can_do(text: str, cron: str) -> None:
    assert cron_expression(text) == cron


@pytest.mark.parametrize(
    "text",
    [
        *("", "daily", "@often", "0 3 * *", "0 0 0 3 * * *"),
        *("*/10 * * * * *", "CRON_TZ=Asia/Tokyo 0 3 * * *", "0 3 * * $"),
        *("@every 0m", "@every 10ms", "@every 1d", "@every 1 h", "@every -5m"),
        *("@every x", "@every "),
    ],
)
def test_what_it_cannot(text: str) -> None:
    assert cron_expression(text) is None
