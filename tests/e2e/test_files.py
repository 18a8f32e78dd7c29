"""Files, folders, bytes, secrets and configs arrive with their content and mode."""

import hashlib

import pytest

from tests.e2e.stack import STACKS, Stack

SOURCES = STACKS / "files"
PLACES = {
    "/etc/app/settings.conf": "settings.conf",
    "/etc/app/every-byte.bin": "every-byte.bin",
    "/etc/app/conf.d/10-a.ini": "conf.d/10-a.ini",
    "/etc/app/conf.d/sub/20-b.ini": "conf.d/sub/20-b.ini",
    "/etc/app/conf.d/sub/start": "conf.d/sub/start",
    "/usr/local/bin/run-me": "run-me",
    "/run/secrets/token": "token.txt",
    "/run/secrets/other": "token.txt",
    "/etc/app/token": "token.txt",
    "/etc/app/greeting": "greeting.txt",
}
MODES = {
    "/etc/app/settings.conf": "644",
    "/etc/app/conf.d/10-a.ini": "644",
    "/etc/app/conf.d/sub/start": "755",
    "/usr/local/bin/run-me": "755",
    "/run/secrets/token": "644",
    "/run/secrets/other": "400",
    "/etc/app/greeting": "440",
}


@pytest.mark.parametrize("place", PLACES)
def test_content_is_the_same(stack: Stack, place: str) -> None:
    stack.wait()
    expected = hashlib.sha256((SOURCES / PLACES[place]).read_bytes()).hexdigest()
    assert stack.exec("app", "sha256sum", place).split()[0] == expected


@pytest.mark.parametrize("place", MODES)
def test_the_mode_is_the_same(stack: Stack, place: str) -> None:
    stack.wait()
    assert stack.exec("app", "stat", "-L", "-c", "%a", place).strip() == MODES[place]


def test_a_script_runs(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("app", "run-me", "arguments") == "ran with arguments\n"


def test_content_of_the_compose_file(stack: Stack) -> None:
    stack.wait()
    text = 'a $dollar, a "quote"\nand $(HOME)\n'
    assert stack.exec("app", "cat", "/inline") == text


def test_the_folder_holds_nothing_else(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("app", "ls", "/etc/app/conf.d") == "10-a.ini\nsub\n"
    assert stack.exec("app", "ls", "/etc/app/conf.d/sub") == "20-b.ini\nstart\n"
