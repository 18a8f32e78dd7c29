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
        ("@every 1m", "*/1 * * * *"),
        ("@every 15m", "*/15 * * * *"),
        ("@every 60m", "0 */1 * * *"),
        ("@every 1h30m30m", "0 */2 * * *"),
        ("@every 24h", "@daily"),
    ],
)
def test_what_a_cron_job_can_do(text: str, cron: str) -> None:
    assert cron_expression(text) == cron


@pytest.mark.parametrize(
    "text",
    [
        *("", "daily", "@often", "0 3 * *", "0 0 0 3 * * *"),
        *("*/10 * * * * *", "CRON_TZ=Asia/Tokyo 0 3 * * *", "0 3 * * $"),
        *("@every 0m", "@every 30s", "@every 90m", "@every 7m", "@every 5h"),
        *("@every 48h", "@every -5m", "@every x", "@every "),
    ],
)
def test_what_it_cannot(text: str) -> None:
    assert cron_expression(text) is None
