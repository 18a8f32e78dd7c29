"""Deploy examples/guestbook to a cluster at hand, look at it, and remove it.

The cluster is the one that KOMPYLE_TEST_CONTEXT names, else a local one that is the
current context, else the one-node cluster of the tests.  Each command has a terminal
of its own.  With --write, what stands there at the end goes into README.md.
"""

import argparse
import contextlib
import os
import pty
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyte

from kompyle.cluster.guard import is_local
from kompyle.cluster.login import login
from kompyle.cluster.transport import Api, Patience
from kompyle.errors import ClusterError
from tests.e2e import node

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXAMPLE = ROOT / "examples" / "guestbook"
BEGIN, END = "<!-- Recorded by make record. -->\n", "<!-- Recorded. -->\n"
ROWS, COLUMNS = 100, 100
SESSION = (
    "kompyle up -n kompyle-demo",
    "kompyle ps -n kompyle-demo",
    "kompyle logs -n kompyle-demo --tail 2 app",
    "TITLE=Visitors kompyle diff -n kompyle-demo; echo exit code $?",
    "kompyle down -n kompyle-demo",
    "kompyle down -n kompyle-demo --volumes --yes --delete-namespace",
)

Environment = dict[str, str]


@dataclass(frozen=True)
class Cluster:
    """A cluster to show things on; a context that is no local one has to be named."""

    context: str
    kubeconfig: Path | None = None

    @property
    def option(self) -> str:
        return "" if is_local(self.context) else f" --context {self.context}"


@dataclass(frozen=True)
class Shown:
    """A command, what it left on its terminal, and how it ended."""

    command: str
    text: str
    code: int

    def __str__(self) -> str:
        return f"$ {self.command}\n{self.text}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write into README.md")
    is_written = parser.parse_args().write
    with at_hand() as found:
        if not isinstance(found, Cluster):
            print(f"\nNothing is deployed: {found}.")
            return int(is_written)
        session = played(found)
    is_good = not any(shown.code for shown in session)
    if is_written and is_good:
        write("\n".join(map(str, session)))
    return int(not is_good)


@contextlib.contextmanager
def at_hand() -> Iterator[Cluster | str]:
    """Yield a cluster that may be written to, or what is missing for one."""
    if named := os.environ.get(node.CONTEXT):
        yield Cluster(named)
    elif local := current_local():
        yield Cluster(local)
    elif reason := node.missing():
        yield f"the current context is no local cluster that answers, and {reason}"
    else:
        with node.running() as kubeconfig:
            yield Cluster("kc", kubeconfig)


def current_local() -> str:
    """Return the current context, if it is that of a local cluster that answers."""
    try:
        found = login()
        if not is_local(found.context):
            return ""
        Api(found, patience=Patience(limit=1.0, read=5.0)).call("GET", "/version")
    except ClusterError:
        return ""
    return found.context


def played(cluster: Cluster) -> list[Shown]:
    """Play the session; which cluster it was is forgotten afterwards."""
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "XDG_STATE_HOME": state,
        }
        if cluster.kubeconfig:
            environment["KUBECONFIG"] = str(cluster.kubeconfig)
        commands = (SESSION[0] + cluster.option, *SESSION[1:])
        return [shown(command, environment) for command in commands]


def shown(command: str, environment: Environment) -> Shown:
    """Play a command, for all to see, and return what it left on its terminal."""
    print(f"\n$ {command}", flush=True)
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (ROWS, COLUMNS))
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=EXAMPLE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=child,
    ) as process:
        os.close(child)
        for data in read(parent):
            stream.feed(data)
            if sys.stdout.isatty():
                sys.stdout.buffer.write(data)
                sys.stdout.flush()
    text = "\n".join(line.rstrip() for line in screen.display).rstrip()
    if not sys.stdout.isatty():
        print(text, flush=True)
    return Shown(command, text, process.returncode)


def read(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal, until nobody holds its other end."""
    with contextlib.suppress(OSError):
        while data := os.read(terminal, 65536):
            yield data
    os.close(terminal)


def write(text: str) -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    block = f"{BEGIN}\n```text\n{text}```\n\n{END}"
    README.write_text(before + block + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
