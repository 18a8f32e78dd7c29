"""When the world fails: one clear line, the right exit code, and nothing broken."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, content, environment, write
from tests.conftest import UNMEASURED

MANY = "".join(f"  s{n}: {{image: i, ports: ['{n}:80']}}\n" for n in range(1, 501))

pytestmark = pytest.mark.usefixtures("shop")


def open_process(folder: Path, *args: str, **more: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "kompyle", *args],
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("args", ["config", "convert -o - -q", "convert --report -"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_leaves(tmp_path: Path, args: str, unbuffered: str) -> None:
    write(tmp_path / "compose.yaml", f"name: shop\nservices:\n{MANY}")
    process = open_process(tmp_path, *args.split(), PYTHONUNBUFFERED=unbuffered)
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode().splitlines()
    process.stderr.close()
    assert process.wait() == 1
    assert said[-1] == "kompyle: the output was closed before everything was written"
    assert not [line for line in said if "Traceback" in line]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_slow_reader_gets_everything(tmp_path: Path, unbuffered: str) -> None:
    write(tmp_path / "compose.yaml", f"name: shop\nservices:\n{MANY}")
    whole = subprocess.run(
        [sys.executable, "-m", "kompyle", "config"],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED=unbuffered),
        capture_output=True,
        check=True,
    ).stdout
    assert len(whole) > 65_536
    assert b"\n  s500:\n" in whole


@pytest.mark.parametrize("args", ["config", "convert -o -", "convert"])
def test_a_full_standard_output(spawn: Run, args: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = spawn(*args.split(), stdout=full)
    assert done.code == 1
    assert done.said[-1] == (
        "kompyle: cannot write to standard output: no space left on device"
    )


def test_a_closed_standard_output(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m kompyle convert -o - >&-"],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("to", ["2>&-", "2>/dev/full"])
def test_nobody_who_listens_to_diagnostics(tmp_path: Path, to: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m kompyle convert -o - {to}"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        check=False,
    )
    assert done.returncode in {0, 1}
    assert done.stdout.startswith(b"---\n")


@pytest.mark.parametrize(
    "place",
    [
        "/proc/none/x",
        "/proc/none.yaml",
        "compose.yaml/x",
        "compose.yaml/x.json",
        "/dev/null/x",
        "/dev/full.d/../full/x",
        "n" * 300,
    ],
)
def test_a_place_that_cannot_be(run: Run, tmp_path: Path, place: str) -> None:
    before = content(tmp_path)
    done = run("convert", "-o", place)
    assert (done.code, done.out, len(done.said)) == (1, "", 1)
    assert done.err.startswith(f"kompyle: cannot write to {place}: ")
    assert content(tmp_path) == before


def test_a_file_on_a_full_device(run: Run, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").symlink_to("/dev/full")
    done = run("convert", "-o", "all.yaml")
    assert (done.code, len(done.said)) == (1, 1)
    assert "no space left on device" in done.err


def mounted(tmp_path: Path, *, options: str, script: str) -> str:
    """Run *script* where ``disk`` is a file system of its own; skip if none can be."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=256k none {disk}"
    try:
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", f"{mount} || exit 99; {script}"],
            cwd=tmp_path,
            env=environment(KOMPYLE=f"{sys.executable} -m kompyle", OPTIONS=options),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare command")
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip(f"no file system can be mounted: {done.stderr.strip()}")
    return done.stdout + done.stderr


def test_a_folder_on_a_full_disk(tmp_path: Path) -> None:
    script = """
        $KOMPYLE convert -q -o disk/k8s; cp -r disk/k8s before
        dd if=/dev/zero of=disk/rest 2> dd.log
        $KOMPYLE convert -q -n other -o disk/k8s; echo "exit $?"
        diff -r before disk/k8s && echo whole
    """
    said = mounted(tmp_path, options="", script=script)
    assert "kompyle: cannot write to disk/k8s: no space left on device" in said
    assert said.count("\n") == 3
    assert "exit 1\nwhole\n" in said


def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    script = """
        $KOMPYLE convert -q -o disk/k8s; cp -r disk/k8s before
        mount -o remount,ro disk
        $KOMPYLE convert -q -n other -o disk/k8s; echo "exit $?"
        $KOMPYLE convert -q -o disk/k8s; echo "unchanged $?"
        $KOMPYLE convert -q -o disk/all.yaml; echo "file $?"
        diff -r before disk/k8s && echo whole
    """
    said = mounted(tmp_path, options="", script=script)
    assert "kompyle: cannot write to disk/k8s: read-only file system" in said
    assert "kompyle: cannot write to disk/all.yaml: read-only file system" in said
    for line in ("exit 1", "unchanged 0", "file 1", "whole"):
        assert f"{line}\n" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption(tmp_path: Path, number: signal.Signals) -> None:
    write(tmp_path / "k8s" / "web-service.yaml", "old")
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    process = open_process(tmp_path, "-f", "pipe.yaml", "convert", **UNMEASURED)
    with pipe.open("wb"):  # goes on when the process has opened the other end
        process.send_signal(number)
        said = process.communicate()
    assert said == (b"", b"kompyle: interrupted\n")
    assert process.returncode == 130
    assert (tmp_path / "k8s" / "web-service.yaml").read_text("utf-8") == "old"


_HANGING = """
current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://a'}}]
users: [{name: u, user: {exec: {apiVersion: v1, command: sh, args: [plugin]}}}]
"""


@pytest.mark.parametrize("command", ["up", "diff"])
def test_an_interruption_while_a_plugin_hangs(tmp_path: Path, command: str) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    write(kubeconfig, _HANGING)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    write(tmp_path / "plugin", "echo > pipe; sleep 100")
    more = {**UNMEASURED, "KUBECONFIG": str(kubeconfig)}
    process = open_process(tmp_path, command, **more)
    pipe.read_bytes()  # the plugin runs
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=5)
    assert said == (b"", b"kompyle: interrupted\n")
    assert process.returncode == 130


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "the Compose file is empty", id="empty"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00\xff", "is not UTF-8 text", id="binary"),
        pytest.param(b"services:\n  caf\xe9: {}\n", "is not UTF-8", id="latin-1"),
        pytest.param(b"#" * (17 * 2**20), "is larger than 16 MiB", id="huge"),
        pytest.param(b"a: " + b"[" * 20_000, "nest", id="deep"),
        pytest.param(b"a: &a [x]\nb: *c\n", "c", id="unknown-alias"),
        pytest.param(None, "is a folder", id="folder"),
    ],
)
def test_bad_input_is_one_diagnostic(
    run: Run, tmp_path: Path, data: bytes | None, said: str
) -> None:
    run("convert", "-q")
    before = content(tmp_path / "k8s")
    path = tmp_path / "bad.yaml"
    path.mkdir() if data is None else path.write_bytes(data)
    for args in (["config"], ["convert"], ["config", "--variables"]):
        done = run("-f", "bad.yaml", *args)
        assert (done.code, done.out) == (1, "")
        assert done.said[0].startswith("bad.yaml:")
        assert said in done.err
        if data is not None:
            piped = run("-f", "-", "-p", "x", *args, stdin=data)
            assert (piped.code, piped.out) == (1, "")
    assert content(tmp_path / "k8s") == before


def test_a_file_that_may_not_be_read(run: Run, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (tmp_path / "compose.yaml").chmod(0)
    done = run("config")
    assert done.code == 1
    assert "cannot be read: permission denied" in done.err


@pytest.mark.parametrize(
    ("name", "shown"), [("LEVEL", "a\ufffdb"), ("PASSWORD", "Ye+/vWI=")]
)
def test_bytes_of_the_environment_that_are_no_text(
    spawn: Run, tmp_path: Path, name: str, shown: str
) -> None:
    text = f"services: {{a: {{image: a, environment: {{{name}: '${{ODD}}'}}}}}}\n"
    write(tmp_path / "compose.yaml", text)
    odd = {"ODD": os.fsdecode(b"a\xffb")}
    done = spawn("convert", "-o", "-", env=odd)
    assert done.code == 0, done.err
    assert shown in done.out
    assert "a\ufffdb" in spawn("config", env=odd).out


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone}; exec {sys.executable} -m kompyle config"],
        cwd=gone,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == b"kompyle: the current folder does not exist any more\n"
