"""Check that the parts of a project fit together: references, counts, order.

Only services that take part are checked (compose-go, loader/validate.go).
"""

from collections.abc import Callable, Iterable

from kompyle.compose.cycles import dependency_cycle
from kompyle.compose.source import YamlMap, YamlNode, YamlScalar, find, position
from kompyle.compose.suggest import did_you_mean, listed, nearest
from kompyle.diagnostics import Report
from kompyle.keypath import KeyPath, render

Check = Callable[["Checked"], None]


class Checked:
    """One service under examination."""

    def __init__(
        self,
        name: str,
        node: YamlMap,
        model: YamlMap,
        disabled: YamlMap,
        report: Report,
    ) -> None:
        self.path: KeyPath = ("services", name)
        self.name = name
        self.node = node
        self.model = model
        self.disabled = disabled
        self.report = report

    def error(
        self, code: str, path: KeyPath, fact: str, way_out: str | None = None
    ) -> None:
        place = position(self.model, (*self.path, *path))
        self.report.error(code, (*self.path, *path), fact, place, help=way_out)

    def refer(self, kind: str, name: str, path: KeyPath) -> None:
        """Complain unless the model declares a thing of that *kind* and name."""
        known = self.model.map(kind)
        if name not in known:
            singular = kind.removesuffix("s")
            way_out = did_you_mean(name, known) or _declaration(kind, name)
            fact = f"the {singular} {name!r} is not declared"
            self.error("undefined-reference", path, fact, way_out)

    def refer_service(self, name: str, path: KeyPath) -> None:
        services = self.model.map("services")
        if name in services or self.report.has_error_at(("services", name)):
            return
        disabled = self.disabled.maps("services").get(name)
        if disabled:
            profiles = ", ".join(disabled.texts("profiles"))
            fact = f"the service {name!r} is disabled; it has the profile {profiles}"
            way_out = f"Take it in: --profile {disabled.texts('profiles')[0]}."
            self.error("undefined-reference", path, fact, way_out)
            return
        fact = f"there is no service {name!r}"
        others = [other for other in services if other != self.name]
        guess = did_you_mean(name, others) or listed(others)
        self.error("undefined-reference", path, fact, guess)

    def sources(self, key: str) -> Iterable[tuple[KeyPath, str]]:
        node = find(self.node, tuple(key.split(".")))
        for index, item in enumerate(getattr(node, "items", ())):
            if isinstance(item, YamlMap):
                yield (*key.split("."), index), item.text("source") or ""


def check(model: YamlMap, disabled: YamlMap, report: Report) -> None:
    """Report whatever does not fit; *disabled* holds the services left out."""
    for name, node in model.maps("services").items():
        service = Checked(name, node, model, disabled, report)
        for examine in CHECKS:
            examine(service)
    _check_secrets(model, report)
    dependency_cycle(model, report)
    _check_container_names(model, report)


def _declaration(kind: str, name: str) -> str:
    """Say how to declare a thing, or what was meant if it looks like a path."""
    if not name:
        return f"Write a name; `{kind}` at the top level lists them."
    if kind == "volumes" and "/" in name:
        return f"The path of a folder begins with ./ or /: `./{name}`."
    content = "{file: …}" if kind in ("secrets", "configs") else "{}"
    way_out = f"Declare it at the top level: `{kind}: {{{name}: {content}}}`."
    if kind == "volumes":
        return f"{way_out} A folder beside the file is `./{name}`."
    return way_out


_SOURCES = ("image", "build", "extends")


def _is_source_faulty(service: Checked) -> bool:
    """Whether an error told already explains that there is no image and no build."""
    if not service.report.has_error_at(service.path):
        return False
    faulty = service.report.faulty_keys(service.path)
    return any(nearest(key, _SOURCES) for key in faulty)


def _source(service: Checked) -> None:
    node = service.node
    is_source = {"image", "build", "provider"} & node.entries.keys()
    if not is_source and not _is_source_faulty(service):
        fact = "neither `image` nor `build` says what to run"
        way_out = "Add `image: NAME`, or `build: .` if there is a Dockerfile."
        service.error("missing-key", (), fact, way_out)
    build = node.get("build")
    if not isinstance(build, YamlMap):
        return
    if {"dockerfile", "dockerfile_inline"} <= build.entries.keys():
        fact = "dockerfile and dockerfile_inline contradict each other; expected one"
        service.error("conflict", ("build", "dockerfile_inline"), fact)
    _check_contexts(service, build)
    platforms = build.texts("platforms")
    platform = node.text("platform")
    if platform and platforms and platform not in platforms:
        fact = f"{platform!r} is not among build.platforms ({', '.join(platforms)})"
        service.error("conflict", ("platform",), fact)


def _check_contexts(service: Checked, build: YamlMap) -> None:
    for name in build.map("additional_contexts"):
        path = ("build", "additional_contexts", name)
        context = find(service.node, path)
        text = str(context.value) if isinstance(context, YamlScalar) else ""
        if not text.startswith("service:"):
            continue
        target = text.removeprefix("service:")
        service.refer_service(target, path)
        found = service.model.maps("services").get(target)
        if found and "build" not in found.entries:
            fact = f"the service {target!r} is not built here, so it is no context"
            service.error("conflict", path, fact)


def _networks(service: Checked) -> None:
    node = service.node
    if "network_mode" in node.entries and node.map("networks"):
        place = position(service.model, (*service.path, "network_mode"))
        fact = f"network_mode ({place}) and networks contradict each other"
        service.error("conflict", ("networks",), fact, "Delete one of them.")
    for name in node.map("networks"):
        service.refer("networks", name, ("networks", name))
    mode = node.text("network_mode") or ""
    if mode.startswith("service:"):
        service.refer_service(mode.removeprefix("service:"), ("network_mode",))


def _healthcheck(service: Checked) -> None:
    test = getattr(find(service.node, ("healthcheck", "test")), "items", ())
    words = [item.value for item in test if isinstance(item, YamlScalar)]
    if words and words[0] not in ("CMD", "CMD-SHELL", "NONE"):
        fact = f"{words[0]!r} is not CMD, CMD-SHELL or NONE"
        way_out = "Write a text for the shell, or begin the list with CMD."
        service.error("wrong-form", ("healthcheck", "test"), fact, way_out)


def _dependencies(service: Checked) -> None:
    mode = service.node.get("network_mode")
    for name, node in service.node.maps("depends_on").items():
        is_declared = name in service.disabled.map("services")
        if node.value("required") is False and is_declared:
            continue
        if mode and node.position == mode.position:
            continue  # told by the check of network_mode
        service.refer_service(name, ("depends_on", name))


def _mounts(service: Checked) -> None:
    targets: dict[str, KeyPath] = {}
    for index, mount in enumerate(service.node.items_of("volumes")):
        path: KeyPath = ("volumes", index)
        if not isinstance(mount, YamlMap):
            continue
        source = mount.text("source")
        if mount.value("type") == "volume" and source:
            service.refer("volumes", source, path)
        targets[str(mount.value("target"))] = path
    for index, item in enumerate(service.node.items_of("tmpfs")):
        target = str(getattr(item, "value", "")).partition(":")[0]
        if target in targets:
            other = render((*service.path, *targets[target]))
            fact = f"{target} is mounted already by {other}"
            service.error("conflict", ("tmpfs", index), fact)
        targets[target] = ("tmpfs", index)


def _file_references(service: Checked) -> None:
    for key in ("secrets", "configs", "build.secrets"):
        kind = "secrets" if key == "build.secrets" else key
        for path, source in service.sources(key):
            service.refer(kind, source, path)
    for name in service.node.map("models"):
        service.refer("models", name, ("models", name))


def _counts(service: Checked) -> None:
    scale = service.node.value("scale")
    replicas = _number(find(service.node, ("deploy", "replicas")))
    if isinstance(scale, int) and replicas is not None and scale != replicas:
        fact = f"scale ({scale}) and deploy.replicas ({replicas}) differ"
        service.error("conflict", ("scale",), fact)
    count = scale if isinstance(scale, int) else replicas
    if count is not None and count < 0:
        path: KeyPath = ("scale",) if isinstance(scale, int) else ("deploy", "replicas")
        service.error("wrong-type", path, f"{count} is negative; expected 0 or more")
    if count is not None and count > 1 and "container_name" in service.node.entries:
        fact = f"{count} containers cannot all have one name"
        service.error("conflict", ("container_name",), fact, "Delete container_name.")


_TWINS = (
    ("cpus", ("limits", "cpus")),
    ("mem_limit", ("limits", "memory")),
    ("mem_reservation", ("reservations", "memory")),
    ("pids_limit", ("limits", "pids")),
)


def _limits(service: Checked) -> None:
    """Hold the old spelling of a limit against the one below ``deploy``."""
    resources = find(service.node, ("deploy", "resources"))
    if not isinstance(resources, YamlMap):
        return
    for key, (group, field) in _TWINS:
        found = resources.get(group)
        if key not in service.node.entries or not isinstance(found, YamlMap):
            continue
        old, new = service.node.value(key), found.value(field)
        if old != new:
            said = f"is {new}" if field in found.entries else "is absent"
            fact = f"{key} is {old}, but deploy.resources.{group}.{field} {said}"
            way_out = "Write the same value in both places, or only below deploy."
            service.error("conflict", (key,), fact, way_out)


def _number(node: YamlNode | None) -> int | None:
    value = node.value if isinstance(node, YamlScalar) else None
    return value if isinstance(value, int) else None


def _watch(service: Checked) -> None:
    watch = find(service.node, ("develop", "watch"))
    for index, item in enumerate(getattr(watch, "items", ())):
        action = item.value("action") if isinstance(item, YamlMap) else None
        if action in ("sync", "sync+exec", "sync+restart") and not item.value("target"):
            fact = f"the action {action!r} needs a target"
            service.error("missing-key", ("develop", "watch", index), fact)


CHECKS: tuple[Check, ...] = (
    _source,
    _networks,
    _healthcheck,
    _dependencies,
    _mounts,
    _file_references,
    _counts,
    _limits,
    _watch,
)


def _check_secrets(model: YamlMap, report: Report) -> None:
    for name, secret in model.maps("secrets").items():
        is_given = {"file", "environment"} & secret.entries.keys()
        if not is_given and not secret.value("external"):
            path = ("secrets", name)
            fact = "nothing says where its content comes from"
            way_out = "Write `file: PATH`, `environment: NAME` or `external: true`."
            report.error("missing-key", path, fact, secret.position, help=way_out)


def _check_container_names(model: YamlMap, report: Report) -> None:
    owners: dict[str, str] = {}
    for name, service in model.maps("services").items():
        container = service.text("container_name")
        if container is None:
            continue
        if container in owners:
            path = ("services", name, "container_name")
            owner = owners[container]
            first = position(model, ("services", owner, "container_name"))
            fact = f"{container!r} is the container of {owner!r} already ({first})"
            way_out = "Choose another name, or delete both to have names made."
            report.error("conflict", path, fact, position(model, path), help=way_out)
        owners.setdefault(container, name)
