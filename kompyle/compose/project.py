"""A Compose project: the files read, resolved, checked and normalised."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kompyle.compose import profiles, project_name, suspicions
from kompyle.compose.checks import check
from kompyle.compose.context import Context
from kompyle.compose.discovery import Origin, Request, origin
from kompyle.compose.environment import EnvFiles
from kompyle.compose.filepath import is_remote
from kompyle.compose.files import Files
from kompyle.compose.loader import load_model
from kompyle.compose.normalize import normalized
from kompyle.compose.shape import MODEL
from kompyle.compose.source import YamlMap, YamlNode, YamlScalar, position
from kompyle.diagnostics import Position, Report
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Project:
    """What a Compose project means.

    ``model`` is the canonical model, as ``docker compose config`` prints it;
    ``written`` the same before normalisation added what the user did not write.
    ``files`` are all that were read, those that were asked for first, named as the
    user knows them; ``folder`` is absolute.
    """

    name: str
    model: YamlMap
    written: YamlMap
    report: Report
    files: tuple[str, ...] = ()
    folder: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    contents: Mapping[KeyPath, str] = field(default_factory=dict)
    variable_files: Mapping[KeyPath, str] = field(default_factory=dict)
    known_profiles: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    """The services that were asked for; none is all."""


def load(request: Request) -> Project:
    """Read a project; whatever is wrong with it stands in its report."""
    report = Report()
    files = Files(request.cwd)
    found = origin(request, files, report)
    nothing = YamlMap({}, Position("compose.yaml", 1, 1))
    if found is None:
        return Project("", nothing, nothing, report)
    found = _without_remote(found, report)
    if not found.files:
        return Project("", nothing, nothing, report)
    name, named_at = _name(found, files, report)
    found.environment.setdefault("COMPOSE_PROJECT_NAME", name)
    if request.name:
        found.environment["COMPOSE_PROJECT_NAME"] = name
    folder = found.folder if request.resolves_paths else "."
    context = Context(
        replace(files, root=found.folder),
        report,
        found.environment,
        folder,
        request.interpolates,
        request.resolves_paths,
        found.files,
    )
    model = load_model(found.files, context)
    if not model.entries and not report.has_errors:
        fact = "the Compose file is empty"
        report.error("invalid-compose", (), fact, model.position)
    _refuse_no_name(name, named_at, report)
    return _completed(model, name, found, request, context)


def name_of(request: Request) -> tuple[str, Report]:
    """Find out what a project is called; of its files only ``name:`` is read."""
    report = Report()
    named = request.name or request.environment.get("COMPOSE_PROJECT_NAME")
    files = Files(request.cwd)
    if named:
        found: Origin | None = Origin((), request.cwd, {}, (), named)
    else:
        found = origin(request, files, report)
    if found is None:
        return "", report
    name, named_at = _name(_without_remote(found, report), files, report)
    _refuse_no_name(name, named_at, report)
    return name, report


def _refuse_no_name(name: str, named_at: Position | None, report: Report) -> None:
    if name or report.has_errors:
        return
    where = "`name:`" if named_at else "its folder's name"
    fact = f"the project has no name: nothing of {where} can be used"
    way_out = "Give it one: --project-name, or `name:` in the file."
    report.error("bad-project-name", (), fact, named_at, help=way_out)


def _completed(
    model: YamlMap, name: str, found: Origin, request: Request, context: Context
) -> Project:
    """Bind, choose and check the services of a model; then name what has no name."""
    report = context.report
    if not request.interpolates:
        return _project(name, model, model, found, context)
    bound = MODEL(model.without("name"), (), report)
    assert isinstance(bound, YamlMap)
    active = profiles.activated(bound, request.services, found.profiles)
    written = profiles.enabled(bound, active)
    disabled = _left_out(bound, written)
    if request.resolves_environment:
        written = _with_env_files(written, context)
    complete = normalized(written, name, found.environment)
    if request.checks:
        check(complete, disabled, report)
    complete = profiles.selected(complete, request.services, report)
    names = [key for key in written.map("services") if key in complete.map("services")]
    written = profiles.with_services(written, names)
    if not request.all_resources:
        complete = profiles.used_resources(complete)
        written = profiles.used_resources(written)
    respelt = context.files.respelt()
    suspicions.warn(model, complete, found.profiles, respelt, report)
    if not complete.map("services"):
        _tell_of_no_services(bound, report)
    written = _named(written, name, model.get("name") or model)
    done = _project(name, complete, written, found, context, profiles.known(bound))
    return replace(done, chosen=request.services)


def _tell_of_no_services(bound: YamlMap, report: Report) -> None:
    known = profiles.known(bound)
    fact, way_out = "the project has no services", None
    if known:
        fact = f"no service is active; the profiles are {', '.join(known)}"
        way_out = f"Choose one: --profile {known[0]}."
    if not report.has_errors:
        place = position(bound, ("services",))
        report.warning("no-services", ("services",), fact, place, help=way_out)


def _named(written: YamlMap, name: str, place: YamlNode) -> YamlMap:
    """Put the project's name first, where it was written if it was."""
    entries: dict[str, YamlNode] = {"name": YamlScalar(name, place.position)}
    if "services" not in written.entries:
        entries["services"] = YamlMap({}, written.position)
    return YamlMap(entries | written.entries, written.position)


def _project(  # noqa: PLR0913, PLR0917 - what every project knows of its origin
    name: str,
    model: YamlMap,
    written: YamlMap,
    found: Origin,
    context: Context,
    known_profiles: tuple[str, ...] = (),
) -> Project:
    read = dict.fromkeys((*found.files, *context.files.read()))
    shown = tuple(map(context.files.shown, read))
    environment = found.environment
    return Project(
        name,
        model,
        written,
        context.report,
        shown,
        found.folder,
        environment,
        found.profiles,
        context.contents,
        context.variable_files,
        known_profiles,
    )


def _left_out(bound: YamlMap, enabled: YamlMap) -> YamlMap:
    kept = enabled.map("services")
    names = [name for name in bound.map("services") if name not in kept]
    return profiles.with_services(bound, names)


def _with_env_files(model: YamlMap, context: Context) -> YamlMap:
    services = model.maps("services")
    if not services:
        return model
    reader = EnvFiles(
        context.files, context.environment, context.report, context.variable_files
    )
    read = {
        name: reader.read_into(service, ("services", name))
        for name, service in services.items()
    }
    place = model.entries["services"].position
    return model.with_entries(services=YamlMap(dict(read), place))


def _without_remote(found: Origin, report: Report) -> Origin:
    """Refuse files on other machines: they are never fetched."""
    for path in filter(is_remote, found.files):
        fact = f"{path} lies on another machine; Kompyle reads local files only"
        way_out = "Fetch it first and name the local file."
        report.error("remote-source", (), fact, help=way_out)
    local = tuple(path for path in found.files if not is_remote(path))
    return replace(found, files=local)


def _name(found: Origin, files: Files, report: Report) -> tuple[str, Position | None]:
    """Choose the project's name: option, variable, ``name:``, or the folder.

    The position is that of ``name:``, if it is what decides.
    """
    if found.name:
        if not project_name.is_valid(found.name):
            fact = f"{found.name!r} is not a project name"
            usable = project_name.normalize(found.name)
            way_out = "Use lower-case letters, digits, - and _"
            way_out += f", as in `{usable}`." if usable else "."
            report.error("bad-project-name", (), fact, help=way_out)
        return found.name, None
    written = _written_name(found, files, report)
    if written:
        return project_name.normalize(str(written.value)), written.position
    folder = found.folder.rstrip("/").rpartition("/")[2]
    return project_name.normalize(folder), None


def _written_name(found: Origin, files: Files, report: Report) -> YamlScalar | None:
    # What is wrong with the text is told when it is read with all the rest.
    context = Context(files, Report(), found.environment, found.folder)
    name = None
    for file in found.files:
        for document in files.documents(file, report):
            root = document.root
            node = root.get("name") if isinstance(root, YamlMap) else None
            if isinstance(node, YamlScalar) and isinstance(node.value, str):
                filled = context.filled(YamlMap({"name": node}, node.position))
                assert isinstance(filled, YamlMap)
                name = filled.get("name")
    return name if isinstance(name, YamlScalar) else None
