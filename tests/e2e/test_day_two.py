"""What runs is looked at by service: ps, logs, exec, events; with no file at hand."""

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.e2e.project import Project
from tests.e2e.stack import until


def rows(project: Project, *arguments: str) -> dict[str, list[str]]:
    lines = project("ps", *arguments).splitlines()
    split = [re.split(r" {3,}", line) for line in lines]
    assert split[0][:5] == ["SERVICE", "NAME", "STATUS", "READY", "RESTARTS"]
    return {cells[0]: cells[1:] for cells in split[1:]}


def test_ps_shows_each_service(day_two: Project) -> None:
    found = rows(day_two, "-a")
    assert sorted(found) == ["agent", "beside", "migrate", "my_db", "web"]
    assert found["web"][:4] == ["Deployment/web", "healthy", "2/2", "0"]
    port = day_two.environment["WEB_PORT"]
    assert found["web"][5] == f"{port}->8080/tcp, 5353->53/udp"
    assert found["beside"][:3] == ["Deployment/web", "running", "2/2"]
    assert found["my_db"][:3] == ["Deployment/my-db", "running", "1/1"]
    assert found["agent"][:3] == ["DaemonSet/agent", "running", "1/1"]
    assert found["migrate"][1:3] == ["completed", "1/1"]


def test_ps_leaves_out_what_is_over_unless_asked(day_two: Project) -> None:
    assert "migrate" not in rows(day_two)
    assert "migrate" in rows(day_two, "migrate")


def test_ps_for_scripts(day_two: Project) -> None:
    assert day_two("ps", "--services").split() == ["agent", "beside", "my_db", "web"]
    (name,) = day_two("ps", "-q", "my_db").split()
    day_two.kubectl("get", "pod", name)
    (line,) = day_two("ps", "--format", "json", "web").splitlines()
    found = json.loads(line)
    assert (found["state"], found["ready"], found["wanted"]) == ("healthy", 2, 2)
    assert len(found["pods"]) == 2


def test_no_file_is_needed(day_two: Project, tmp_path: Path) -> None:
    elsewhere = Project("", day_two.kubectl, tmp_path, *told(day_two))
    assert "web" in elsewhere("ps", "-p", "day2")
    said = elsewhere.run("ps").stderr
    assert "no-compose-file" in said
    assert "Or name the project with -p." in said


def told(project: Project) -> tuple[tuple[str, ...], dict[str, str]]:
    return project.cluster, project.environment


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (2, ["wbe"], "project day2 has no service 'wbe'. Did you mean `web`? The"),
        (4, ["-p", "other"], "there is no project 'other' in namespace "),
        (4, ["-p", "day2", "-n", "default"], "it is in e2e-day-two-"),
    ],
)
def test_what_is_not_there(
    day_two: Project, code: int, arguments: list[str], said: str
) -> None:
    assert said in day_two.fails(code, "ps", *arguments)


def test_a_missing_service_is_told_of(day_two: Project) -> None:
    assert "but day2: name one with -p" in day_two.fails(4, "ps", "-p", "other")


def test_logs_of_all_services_are_merged(day_two: Project) -> None:
    lines = day_two("logs", "--timestamps").splitlines()
    texts = [line.partition("| ")[2] for line in lines]
    assert texts == sorted(texts)
    said = {(text.split()[0], text.partition("Z ")[2]) for text in texts}
    assert {"web is here", "beside is here", "migrated"} <= {text for _, text in said}
    assert len({line.partition("|")[0] for line in lines if "web is here" in line}) == 2


def test_logs_say_whose_each_line_is(day_two: Project) -> None:
    assert day_two("logs", "migrate") == "migrate  | migrated\nmigrate  | done\n"
    assert day_two("logs", "migrate", "--tail", "1", "--no-log-prefix") == "done\n"
    pods = day_two("ps", "-q", "web").split()
    suffixes = {f"web-{name.rpartition('-')[2]}" for name in pods}
    lines = day_two("logs", "web").splitlines()
    assert {line.partition("  | ")[0] for line in lines} == suffixes


def test_logs_are_colored_on_a_terminal(day_two: Project) -> None:
    for option, prefix in (
        ("--tail=1", "\x1b[36mmigrate  | \x1b[0m"),
        ("--no-color", ""),
    ):
        ours, theirs = pty.openpty()
        subprocess.run(
            day_two.words("logs", "migrate", option),
            cwd=day_two.folder,
            env={k: v for k, v in day_two.environment.items() if k != "NO_COLOR"},
            stdout=theirs,
            check=True,
        )
        text = os.read(ours, 4096).decode()
        os.close(theirs)
        os.close(ours)
        assert text.startswith(prefix or "migrate  | ")


def test_logs_since(day_two: Project) -> None:
    assert "beat 1\n" in day_two("logs", "my_db")
    until(lambda: "beat 6\n" in day_two("logs", "my_db"), wanted=True)
    assert "beat 1\n" not in day_two("logs", "my_db", "--since", "3s")
    assert "beat" not in day_two("logs", "my_db", "--since", "2099-01-01T00:00:00Z")


def test_following_goes_on_with_new_pods(day_two: Project) -> None:
    before = day_two("ps", "-q", "my_db").strip()
    with day_two.running("logs", "-f", "my_db", "--tail", "1") as process:
        assert process.stdout
        assert "beat" in process.stdout.readline()
        day_two.kubectl("delete", "pod", before, "--wait=false")
        seen = ""
        while not seen.endswith("| beat 2\n"):
            seen = process.stdout.readline()
            assert seen
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode == 130


def test_no_line_is_lost_or_told_twice_across_restarts(day_two: Project) -> None:
    with day_two.running("logs", "-f", "--no-log-prefix", "my_db") as process:
        assert process.stdout
        numbers = [int(process.stdout.readline().split()[1])]
        day_two("exec", "my_db", "touch", "/end")
        while numbers.count(3) < 2:
            numbers.append(int(process.stdout.readline().split()[1]))
    again = numbers.index(1, 1)
    assert numbers[:again] == list(range(1, again + 1))
    assert numbers[again:] == list(range(1, len(numbers) - again + 1))


def test_following_jobs_ends_with_them(day_two: Project) -> None:
    assert day_two("logs", "-f", "migrate") == "migrate  | migrated\nmigrate  | done\n"


def test_previous_run(day_two: Project) -> None:
    done = day_two.run("logs", "--previous", "agent")
    assert "previous terminated container" in done.stderr
    day_two.fails(2, "logs", "--previous", "-f", "agent")


def test_exec_is_as_if_it_ran_here(day_two: Project) -> None:
    script = "cat; echo told >&2; exit 7"
    done = day_two.run("exec", "my_db", "sh", "-c", script, stdin="asked\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "asked\n", "told\n")


def test_exec_passes_large_input_and_output(day_two: Project) -> None:
    text = "".join(f"{number}\n" for number in range(200_000))
    assert day_two("exec", "-T", "agent", "cat", stdin=text) == text


def test_options_behind_the_service_are_the_commands(day_two: Project) -> None:
    assert day_two("exec", "web", "echo", "-p", "x", "--help") == "-p x --help\n"


def test_exec_chooses_pods_and_containers(day_two: Project) -> None:
    pods = day_two("ps", "-q", "web").split()
    names = [day_two("exec", "--index", n, "web", "hostname").strip() for n in "12"]
    assert names == pods
    assert day_two("exec", "-c", "beside", "web", "echo", "hi") == "hi\n"
    assert "web has 2 Pods" in day_two.fails(2, "exec", "--index", "3", "web", "ls")


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (127, ["agent", "nosuch"], "executable file not found"),
        (126, ["agent", "/etc"], "permission denied"),
        (5, ["migrate", "ls"], "migrate is completed: nothing can be run in it"),
        (2, ["-c", "nosuch", "agent", "ls"], "no container 'nosuch'; it has "),
    ],
)
def test_exec_that_cannot_be(
    day_two: Project, code: int, arguments: list[str], said: str
) -> None:
    assert said in day_two.fails(code, "exec", *arguments)


def test_a_terminal_is_passed_on(day_two: Project) -> None:
    child, file = pty.fork()
    if child == 0:
        os.chdir(day_two.folder)
        words = day_two.words("exec", "agent", "sh")
        os.execve(words[0], words, day_two.environment)  # noqa: S606 - of our own
    ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
    typed(file, "/ # ", "stty size\n")
    typed(file, "33 101", "(sleep 1; echo be''gun) & sleep 99\n")
    typed(file, "begun", "\x03")
    ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", 44, 122, 0, 0))
    time.sleep(1)
    typed(file, "/ # ", "stty size\n")
    typed(file, "44 122", "exit 6\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 6


def typed(file: int, awaited: str, text: str) -> None:
    """Type when something has been printed."""
    found = b""
    end = time.monotonic() + 30
    while awaited.encode() not in found:
        assert time.monotonic() < end, found
        if select.select([file], [], [], 1)[0]:
            found += os.read(file, 4096)
    os.write(file, text.encode())


def test_events_are_told_by_service(day_two: Project) -> None:
    text = day_two("events", "--format", "json", "beside")
    found = [json.loads(line) for line in text.splitlines()]
    assert [item["at"] for item in found] == sorted(item["at"] for item in found)
    services = {item["service"] for item in found}
    assert services == {"beside", "beside, web"}
    assert ("beside", "Started") in {(i["service"], i["reason"]) for i in found}
    assert "PersistentVolumeClaim/data" in day_two("events", "my_db")
    assert "Deployment/web" not in day_two("events", "my_db")


def test_events_are_followed(day_two: Project) -> None:
    with day_two.running("events", "-f", "agent") as process:
        assert process.stdout
        day_two.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=agent")
        seen = ""
        while "Deleted" not in seen and "Killing" not in seen:
            seen = process.stdout.readline()
            assert seen
