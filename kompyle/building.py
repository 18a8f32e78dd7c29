"""Build images with the docker or podman command line, and push them.

Kompyle has no builder of its own: it says to the one that is there what `build:` says.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from kompyle.compose.project import Project
from kompyle.compose.source import Plain, YamlMap, plain
from kompyle.errors import KompyleError

_TOOLS = (("docker", "buildx"), ("docker",), ("podman",))
"""The command lines that build, the best one first; buildx is a plugin of docker's."""

_FLAGS = {"no_cache": "--no-cache", "pull": "--pull", "privileged": "--privileged"}
_VALUES = {
    "target": "--target",
    "network": "--network",
    "shm_size": "--shm-size",
    "isolation": "--isolation",
}
_LISTS = {
    "cache_from": "--cache-from",
    "cache_to": "--cache-to",
    "entitlements": "--allow",
    "extra_hosts": "--add-host",
    "platforms": "--platform",
    "ssh": "--ssh",
    "tags": "--tag",
}
_PAIRS = {
    "additional_contexts": "--build-context",
    "args": "--build-arg",
    "labels": "--label",
}

Tell = Callable[[str], None]


class BuildError(KompyleError):
    """An image cannot be built or pushed; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a service has built: its name, and what ``build:`` says."""

    service: str
    name: str
    build: YamlMap


def images(project: Project) -> list[Image]:
    """Return what is to be built, each name once."""
    found: dict[str, Image] = {}
    for service, node in sorted(project.model.maps("services").items()):
        build = node.entries.get("build")
        if isinstance(build, YamlMap):
            name = node.text("image") or f"{project.name}-{service}"
            found.setdefault(name, Image(service, name, build))
    return list(found.values())


def build(project: Project, tell: Tell) -> None:
    """Build all images of a project and push them; BuildError says what fails."""
    wanted = images(project)
    if not wanted:
        return
    tool = builder()
    for image in wanted:
        tell(f"building {image.name} for {image.service}")
        command = [*tool, "build", *arguments(image)]
        inline = image.build.text("dockerfile_inline") or ""
        _run(command, f"{image.name} cannot be built", tell, inline)
    for image in wanted:
        tell(f"pushing {image.name}")
        _run([tool[0], "push", image.name], f"{image.name} cannot be pushed", tell)


def builder() -> list[str]:
    """Return the command line that builds; BuildError where there is none."""
    for program, *plugin in _TOOLS:
        if shutil.which(program) and (not plugin or _has(program, plugin[0])):
            return [program, *plugin]
    fact = "there is no docker and no podman here to build images with"
    way_out = "install one, or build and push elsewhere and leave out --build"
    raise BuildError(f"{fact}; {way_out}")


def _has(program: str, plugin: str) -> bool:
    command = [program, plugin, "version"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def arguments(image: Image) -> list[str]:
    """Return the arguments of ``docker build`` for what ``build:`` says."""
    context = str(image.build.value("context") or ".")
    found = ["--tag", image.name, *_dockerfile(image.build, context)]
    entries = ((key, plain(node)) for key, node in image.build.entries.items())
    return [*found, *(word for pair in entries for word in _words(*pair)), context]


def _dockerfile(build: YamlMap, context: str) -> list[str]:
    """Name the Dockerfile as builders want it: from where we are, or on their stdin."""
    if build.text("dockerfile_inline"):
        return ["--file", "-"]
    name = build.text("dockerfile")
    if not name:
        return []
    is_inside = "://" not in context and not name.startswith("/")
    return ["--file", f"{context}/{name}" if is_inside else name]


def _words(key: str, value: Plain) -> Iterator[str]:
    """Yield the words for one key of ``build:``."""
    if key in _FLAGS and value is True:
        yield _FLAGS[key]
    elif key in _VALUES and value is not None:
        yield from (_VALUES[key], str(value))
    elif key in _LISTS:
        for item in value if isinstance(value, list) else [value]:
            yield from (_LISTS[key], str(item))
    elif key in _PAIRS and isinstance(value, dict):
        for name, item in value.items():
            # An argument without a value is taken from the environment.
            yield from (_PAIRS[key], name if item is None else f"{name}={item}")


def _run(command: list[str], fact: str, tell: Tell, text: str = "") -> None:
    """Run a program; what it says goes where all is told."""
    with subprocess.Popen(  # noqa: S603 - the user's own builder
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdin
        assert process.stdout
        with suppress(BrokenPipeError):
            process.stdin.write(text)
            process.stdin.close()
        for line in process.stdout:
            tell(line.rstrip("\n"))
    if process.returncode:
        name = " ".join(command[:2])
        raise BuildError(f"{fact}: {name} ended with {process.returncode}")


def told_on_stderr(line: str) -> None:
    if sys.stderr:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
