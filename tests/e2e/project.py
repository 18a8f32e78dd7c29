"""A project that the command line deployed to a namespace of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.stack import PATIENCE, STACKS, Kubectl

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Project:
    """Runs commands on one project; its file is in the folder."""

    name: str
    kubectl: Kubectl
    folder: Path
    cluster: tuple[str, ...]
    environment: dict[str, str]

    def run(self, command: str, *arguments: str, stdin: str = "") -> Done:
        return subprocess.run(
            self.words(command, *arguments),
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def __call__(self, command: str, *arguments: str, stdin: str = "") -> str:
        """Return what a command prints; a failure tells what it said."""
        done = self.run(command, *arguments, stdin=stdin)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, code: int, command: str, *arguments: str) -> str:
        """Return the last line that a command says when it fails as it should."""
        done = self.run(command, *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()[-1]

    @contextlib.contextmanager
    def running(
        self, command: str, *arguments: str
    ) -> Iterator["subprocess.Popen[str]"]:
        """Start a command that goes on; end it afterwards, if it still does."""
        process = subprocess.Popen(
            self.words(command, *arguments),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # Who waits for a line that never comes is to read the end of it.
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        with process:
            try:
                yield process
            finally:
                timer.cancel()
                process.kill()

    def words(self, command: str, *arguments: str) -> list[str]:
        program = [sys.executable, "-m", "kompyle", command]
        return [*program, *self.cluster, *arguments]


@contextlib.contextmanager
def deployed(
    kubectl: Kubectl, name: str, folder: Path, *options: str, **variables: str
) -> Iterator[Project]:
    """Deploy a stack; its namespace goes afterwards, without waiting for that."""
    namespace = f"e2e-{name}-{uuid.uuid4().hex[:6]}"
    shutil.copytree(STACKS / name, folder, dirs_exist_ok=True)
    context = kubectl("config", "current-context").strip()
    known = [word for word in kubectl.command[1:] if "--context" not in word]
    if named := [word for word in kubectl.command if word.startswith("--context=")]:
        context = named[0].partition("=")[2]
    cluster = (*known, f"--context={context}", f"--namespace={namespace}")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMPOSE_")}
    environment = {**kept, "XDG_STATE_HOME": str(folder / ".state"), **variables}
    project = Project(name, kubectl.within(namespace), folder, cluster, environment)
    try:
        project("up", *options)
        yield project
    finally:
        kubectl("delete", "namespace", namespace, "--wait=false")
