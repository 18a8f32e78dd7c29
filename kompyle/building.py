"""Build images with the docker or podman command line, and push them.

Kompyle has no builder of its own: it says to the one that is there what `build:` says.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kompyle.compose.project import Project
from kompyle.compose.source import Plain, YamlMap, plain
from kompyle.errors import KompyleError

_TOOLS = (("docker", "buildx"), ("docker",), ("podman",))
"""The command lines that build, the best one first; buildx is a plugin of docker's."""

Tell = Callable[[str], None]


class BuildError(KompyleError):
    """An image cannot be built or pushed; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a service has built: its name, and what ``build:`` says.

    ``secrets`` are those of the project, which a build can ask for.
    """

    service: str
    name: str
    build: YamlMap
    secrets: Mapping[str, YamlMap] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The name, and further ones: all are pushed."""
        return list(dict.fromkeys((self.name, *self.build.texts("tags"))))


def images(project: Project) -> list[Image]:
    """Return what is to be built, each name once."""
    found: dict[str, Image] = {}
    secrets = project.model.maps("secrets")
    for service, node in sorted(project.model.maps("services").items()):
        build = node.entries.get("build")
        if isinstance(build, YamlMap):
            name = node.text("image") or f"{project.name}-{service}"
            found.setdefault(name, Image(service, name, build, secrets))
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
    for name in dict.fromkeys(name for image in wanted for name in image.names):
        tell(f"pushing {name}")
        _run([tool[0], "push", name], f"{name} cannot be pushed", tell)


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
    words = [word for pair in entries for word in _words(*pair)]
    return [*found, *words, *_secrets(image), context]


def _secrets(image: Image) -> Iterator[str]:
    """Say where the secrets are that a build may read."""
    for item in image.build.items_of("secrets"):
        if not isinstance(item, YamlMap):
            continue
        source = item.text("source") or ""
        secret = image.secrets.get(source)
        name = item.text("target") or source
        if secret is None:
            continue
        if variable := secret.text("environment"):
            yield from ("--secret", f"id={name},env={variable}")
        elif file := secret.text("file"):
            yield from ("--secret", f"id={name},src={file}")


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
    if key in _OPTIONS and value is not None:
        write, option = _OPTIONS[key]
        yield from write(option, value)


def _flag(option: str, value: Plain) -> list[str]:
    return [option] if value is True else []


def _one(option: str, value: Plain) -> list[str]:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return [f"{option}={text}"]


def _each(option: str, value: Plain) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        yield from (option, str(item))


def _pairs(option: str, value: Plain) -> Iterator[str]:
    """Write names with values; one without is taken from the environment."""
    for name, item in value.items() if isinstance(value, dict) else ():
        yield from (option, name if item is None else f"{name}={item}")


def _limits(option: str, value: Plain) -> Iterator[str]:
    """Write limits: of one number, or of a soft and a hard one."""
    for name, item in value.items() if isinstance(value, dict) else ():
        is_pair = isinstance(item, dict)
        limit = f"{item.get('soft')}:{item.get('hard')}" if is_pair else item
        yield from (option, f"{name}={limit}")


_Writer = Callable[[str, Plain], Iterable[str]]
_OPTIONS: dict[str, tuple[_Writer, str]] = {
    "additional_contexts": (_pairs, "--build-context"),
    "args": (_pairs, "--build-arg"),
    "cache_from": (_each, "--cache-from"),
    "cache_to": (_each, "--cache-to"),
    "entitlements": (_each, "--allow"),
    "extra_hosts": (_each, "--add-host"),
    "isolation": (_one, "--isolation"),
    "labels": (_pairs, "--label"),
    "network": (_one, "--network"),
    "no_cache": (_flag, "--no-cache"),
    "no_cache_filter": (_each, "--no-cache-filter"),
    "platforms": (_each, "--platform"),
    "privileged": (_flag, "--privileged"),
    "provenance": (_one, "--provenance"),
    "pull": (_flag, "--pull"),
    "sbom": (_one, "--sbom"),
    "shm_size": (_one, "--shm-size"),
    "ssh": (_each, "--ssh"),
    "tags": (_each, "--tag"),
    "target": (_one, "--target"),
    "ulimits": (_limits, "--ulimit"),
}
"""How each key of ``build:`` is said to a builder."""


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
