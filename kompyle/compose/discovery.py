"""Find out what to load: the files, the project's folder, variables and profiles."""

import os.path
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kompyle.compose import dotenv, filepath, gotext
from kompyle.compose.environment import report_faults
from kompyle.compose.files import Files, UnreadableError
from kompyle.diagnostics import Position, Report

BASE_NAMES = (
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
)
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)

_NO_TEXT = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Request:
    """What the caller says about the project; empty means: find out.

    ``cwd`` is absolute; every other path may be relative to it.  ``profiles`` given
    here hide those of ``COMPOSE_PROFILES``.
    """

    cwd: str
    files: tuple[str, ...] = ()
    name: str | None = None
    folder: str | None = None
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    all_resources: bool = False
    interpolates: bool = True
    resolves_paths: bool = True
    resolves_environment: bool = True
    checks: bool = True


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a project comes from; paths are absolute, ``-`` is standard input."""

    files: tuple[str, ...]
    folder: str
    environment: dict[str, str]
    profiles: tuple[str, ...]
    name: str | None


def origin(request: Request, files: Files, report: Report) -> Origin | None:
    """Apply the options and the ``COMPOSE_*`` variables; None when nothing is found."""
    own = {name: _text(value) for name, value in request.environment.items()}
    first = _first_folder(request)
    environment = _environment(request, own, first, files, report)
    chosen = request.files or _files_of(environment)
    if chosen:
        paths = tuple(_absolute(name, request.cwd) for name in chosen)
    else:
        paths = _discovered(request, report)
    if not paths:
        return None
    folder = _project_folder(request, paths)
    if request.folder and not os.path.isdir(folder):
        fact = f"the project directory {request.folder} is no folder"
        way_out = "Relative paths lead into it; make it, or name another."
        report.warning("missing-folder", (), fact, help=way_out)
    if folder != first:
        environment = _environment(request, environment, folder, files, report)
    name = request.name or environment.get("COMPOSE_PROJECT_NAME") or None
    return Origin(paths, folder, environment, _profiles(request, environment), name)


def _text(value: str) -> str:
    """Replace what stands for bytes that are no text: nobody could write them."""
    return value if value.isascii() else _NO_TEXT.sub("\ufffd", value)


def _absolute(path: str, cwd: str) -> str:
    return (
        path
        if path == "-" or filepath.is_remote(path)
        else filepath.join(cwd, path)
        if not path.startswith("/")
        else filepath.clean(path)
    )


def _first_folder(request: Request) -> str:
    """Guess the project's folder before the files are known, for its ``.env``."""
    named = tuple(_absolute(name, request.cwd) for name in request.files)
    return _project_folder(request, named)


def _project_folder(request: Request, paths: Iterable[str]) -> str:
    if request.folder:
        return _absolute(request.folder, request.cwd)
    for path in paths:
        if path != "-" and not filepath.is_remote(path):
            return os.path.dirname(path)
    return request.cwd


def _environment(
    request: Request, over: Mapping[str, str], folder: str, files: Files, report: Report
) -> dict[str, str]:
    """Lay the variables known so far over those of the env files."""
    found: dict[str, str] = {}
    for path in _env_files(request, folder):
        known = found | dict(over)
        try:
            found |= dotenv.parse(files.text(path), known.get)
        except UnreadableError as error:
            place = Position(files.shown(path), error.line, error.column)
            fact = f"the env file {files.shown(path)} {error}"
            report.error("bad-env-file", (), fact, place)
        except dotenv.DotenvError as error:
            report_faults(error, files.shown(path), (), report)
    return found | dict(over)


def _env_files(request: Request, folder: str) -> list[str]:
    listed = request.environment.get("COMPOSE_ENV_FILES", "")
    named = request.env_files or tuple(name for name in listed.split(",") if name)
    home = request.environment.get("HOME")
    if named:
        expanded = (filepath.expand_home(name, home) for name in named)
        return [_absolute(name, request.cwd) for name in expanded]
    default = filepath.join(folder, ".env")
    is_wanted = not _is_true(request.environment.get("COMPOSE_DISABLE_ENV_FILE", ""))
    return [default] if is_wanted and os.path.isfile(default) else []


def _is_true(text: str) -> bool:
    try:
        return gotext.parse_bool(text)
    except ValueError:
        return text == "1"


def _files_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    if "COMPOSE_FILE" not in environment:
        return ()
    separator = environment.get("COMPOSE_PATH_SEPARATOR") or ":"
    return tuple(environment["COMPOSE_FILE"].split(separator))


def _profiles(request: Request, environment: Mapping[str, str]) -> tuple[str, ...]:
    if request.profiles:
        return request.profiles
    listed = environment.get("COMPOSE_PROFILES", "").split(",")
    return tuple(name.strip() for name in listed)


def _discovered(request: Request, report: Report) -> tuple[str, ...]:
    """Look for a Compose file in the folder and in those above it."""
    folder = _absolute(request.folder, request.cwd) if request.folder else request.cwd
    searched = folder
    while True:
        base = _first(folder, BASE_NAMES, report)
        if base:
            override = _first(folder, OVERRIDE_NAMES, report)
            return (base, override) if override else (base,)
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    fact = f"there is no Compose file in {searched} or in a folder above it"
    names = f"{', '.join(BASE_NAMES[:-1])} or {BASE_NAMES[-1]}"
    way_out = f"Name one with -f, or call it {names}."
    report.error("no-compose-file", (), fact, help=way_out)
    return ()


def _first(folder: str, names: tuple[str, ...], report: Report) -> str | None:
    present = [name for name in names if os.path.isfile(os.path.join(folder, name))]
    if len(present) > 1:
        fact = f"several files could be meant: {', '.join(present)}"
        report.warning("ambiguous-file", (), f"{fact}; {present[0]} is used")
    return os.path.join(folder, present[0]) if present else None
