"""What the container may do: capabilities, privileges, a read-only root, profiles."""

import re
from collections.abc import Callable

from kompyle.compose.private import abbreviated
from kompyle.compose.service import Service
from kompyle.keypath import KeyPath
from kompyle.mapping.capabilities import capabilities
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.keys import Fate, Key, adapted, kept
from kompyle.mapping.plan import Plan

KEYS: dict[str, Key] = {
    "services.*.cap_add": kept(whole=True),
    "services.*.cap_drop": kept(whole=True),
    "services.*.group_add": kept(whole=True),
    "services.*.privileged": kept(),
    "services.*.read_only": kept(),
    "services.*.security_opt": kept(whole=True),
    "services.*.sysctls": kept(whole=True),
    "services.*.userns_mode": adapted("Pods share the node's user namespace"),
}
_SAFE_SYSCTLS = {
    "kernel.shm_rmid_forced": (1, 29),
    "net.ipv4.ip_local_port_range": (1, 29),
    "net.ipv4.ip_local_reserved_ports": (1, 29),
    "net.ipv4.ip_unprivileged_port_start": (1, 29),
    "net.ipv4.ping_group_range": (1, 29),
    "net.ipv4.tcp_fin_timeout": (1, 29),
    "net.ipv4.tcp_keepalive_intvl": (1, 29),
    "net.ipv4.tcp_keepalive_probes": (1, 29),
    "net.ipv4.tcp_keepalive_time": (1, 29),
    "net.ipv4.tcp_rmem": (1, 32),
    "net.ipv4.tcp_syncookies": (1, 29),
    "net.ipv4.tcp_wmem": (1, 32),
}
"""Sysctls that every node allows, each since which version at the latest."""

_NEVER = (2, 0)
_GROUP = re.compile(r"[0-9]{1,9}")
_NO_ESCALATION: Manifest = {"allowPrivilegeEscalation": False}
_NAMESPACES = {
    "network_mode": ("net.",),
    "ipc": ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."),
}
_PREFIXES = tuple(prefix for found in _NAMESPACES.values() for prefix in found)
"""Sysctls that belong to a Pod; all others are the node's."""


def fragment(service: Service, plan: Plan) -> Fragment:
    return combine(
        (
            _container(service),
            _groups(service),
            _sysctls(service, plan),
            _options(service),
            _user_namespace(service),
        )
    )


def _container(service: Service) -> Fragment:
    add, drop = (capabilities(service, key) for key in ("cap_add", "cap_drop"))
    context: Manifest = {
        "privileged": service.value("privileged"),
        "readOnlyRootFilesystem": service.value("read_only"),
        **origin(
            service.path, privileged="privileged", readOnlyRootFilesystem="read_only"
        ),
    }
    if add or drop:
        context["capabilities"] = {
            "add": add or None,
            "drop": drop or None,
            **origin(service.path, add="cap_add", drop="cap_drop"),
        }
    elif context["privileged"] is None and context["readOnlyRootFilesystem"] is None:
        return Fragment()
    return Fragment(container={"securityContext": context})


def _groups(service: Service) -> Fragment:
    numbers: list[int] = []
    outcomes = []
    for index, name in enumerate(service.node.texts("group_add")):
        if _GROUP.fullmatch(name):
            numbers.append(int(name))
            continue
        shown = abbreviated(name)
        note = f"Kubernetes takes no group names, and {shown} is one of the image's own"
        path = service.at("group_add", index)
        outcomes.append(Outcome(path, Fate.LOST, note, "Write the group's number."))
    context = {"supplementalGroups": numbers or None}
    marks = origin(service.path, supplementalGroups="group_add")
    pod = {"securityContext": context | marks} if numbers else {}
    return Fragment(pod=pod, outcomes=tuple(outcomes))


def _sysctls(service: Service, plan: Plan) -> Fragment:
    entries: list[Manifest] = []
    outcomes = []
    of_node = _of_node(service, plan)
    for name, value in service.sysctls.items():
        path = service.at("sysctls", name)
        if not name.startswith(_PREFIXES):
            note = f"{name} belongs to the node, not to a Pod"
            way_out = "Set it on the nodes, or with a DaemonSet that may."
            outcomes.append(Outcome(path, Fate.LOST, note, way_out))
        elif name.startswith(of_node):
            part = "network" if name.startswith("net.") else "memory and queues"
            note = f"{name} would change the node, whose {part} the Pod uses"
            outcomes.append(Outcome(path, Fate.LOST, note, "Set it on the nodes."))
        else:
            unsafe = _unsafe(name, path, plan)
            outcomes += unsafe
            if not any(outcome.fate is Fate.LOST for outcome in unsafe):
                entry = {"name": name, "value": value, **origins_of(value=[path])}
                entries.append(entry)
    pod = {"securityContext": {"sysctls": entries}} if entries else {}
    return Fragment(pod=pod, outcomes=tuple(outcomes))


def _of_node(service: Service, plan: Plan) -> tuple[str, ...]:
    """Return the beginnings of sysctls that are the node's, as far as the Pod is it."""
    return tuple(
        prefix
        for key, prefixes in _NAMESPACES.items()
        if plan.uses_host(service, key)
        for prefix in prefixes
    )


def _unsafe(name: str, path: KeyPath, plan: Plan) -> list[Outcome]:
    """Leave out what nodes refuse: again and again a new Pod would be made and fail."""
    if plan.options.kubernetes >= _SAFE_SYSCTLS.get(name, _NEVER):
        return []
    note = f"{name} is not among those that every node allows"
    way_out = f"Start kubelets with --allowed-unsafe-sysctls={name}"
    if plan.options.allow_unsafe_sysctls:
        return [Outcome(path, Fate.ADAPTED, note, f"{way_out}.", "unsafe-sysctl")]
    note += ", so it is left out"
    way_out += ", and say --allow-unsafe-sysctls; or go without."
    return [Outcome(path, Fate.LOST, note, way_out, "unsafe-sysctl")]


def _options(service: Service) -> Fragment:
    """Translate security options; where two set one field, the last one holds."""
    fields: dict[str, tuple[Manifest, KeyPath]] = {}
    outcomes = []
    for index, text in enumerate(service.node.texts("security_opt")):
        path = service.at("security_opt", index)
        option = _option(text, service)
        if option is None:
            outcomes.append(_refused(text, path))
            continue
        field, context = option
        if field in fields:
            note = f"{text!r} further down takes its place"
            outcomes.append(Outcome(fields[field][1], Fate.IGNORED, note))
        fields[field] = context, path
    outcomes += [
        _of_nodes(field, found["localhostProfile"], path)
        for context, path in fields.values()
        for field, found in context.items()
        if field in _ON_NODES and "localhostProfile" in found
    ]
    found = [
        Fragment(container={"securityContext": _marked(context, path)})
        for context, path in fields.values()
    ]
    return combine((*found, Fragment(outcomes=tuple(outcomes))))


def _option(text: str, service: Service) -> tuple[str, Manifest] | None:
    """Return the field that an option sets, and the context that sets it."""
    name, _, value = text.replace("=", ":", 1).partition(":")
    read = _OPTIONS.get(name)
    context = read(value) if read else None
    if context == _NO_ESCALATION and service.value("privileged"):
        return None  # the server would refuse it
    if context is None:
        return None
    part = value.partition(":")[0] if name == "label" else ""
    return f"{name}:{part}", context


def _refused(text: str, path: KeyPath) -> Outcome:
    """Tell of what Kubernetes lacks, or its server would refuse."""
    if text.startswith("no-new-privileges"):
        note = "a privileged container can gain privileges, so no server takes both"
        way_out = "Leave one of them away: `privileged`, or this."
    else:
        note = f"Kubernetes has nothing like {text!r} for this container"
        way_out = "Leave it away if the service works without it."
    return Outcome(path, Fate.LOST, note, way_out)


def _marked(context: Manifest, path: KeyPath) -> Manifest:
    return context | origins_of(**{field: [path] for field in context})


def _no_new_privileges(value: str) -> Manifest:
    is_off = value == "false"
    return {"allowPrivilegeEscalation": True} if is_off else _NO_ESCALATION


def _seccomp(value: str) -> Manifest | None:
    """Name a profile by its path below the kubelet's folder, which it cannot leave."""
    if value == "unconfined":
        return {"seccompProfile": {"type": "Unconfined"}}
    if value in ("builtin", "runtime/default"):
        return {"seccompProfile": {"type": "RuntimeDefault"}}
    steps = [step for step in value.split("/") if step not in ("", ".", "..")]
    if not steps or value.startswith("{"):
        return None
    profile = {"type": "Localhost", "localhostProfile": "/".join(steps)}
    return {"seccompProfile": profile}


def _apparmor(value: str) -> Manifest:
    if value == "unconfined":
        return {"appArmorProfile": {"type": "Unconfined"}}
    if value in ("docker-default", "runtime/default"):
        return {"appArmorProfile": {"type": "RuntimeDefault"}}
    return {"appArmorProfile": {"type": "Localhost", "localhostProfile": value}}


_ON_NODES = {
    "appArmorProfile": (
        "Pods start only on nodes that have loaded the AppArmor profile {!r}",
        "Load it on the nodes, or write `apparmor=docker-default`.",
    ),
    "seccompProfile": (
        "Pods start only on nodes whose kubelet has the seccomp profile {!r}",
        "Copy the file to /var/lib/kubelet/seccomp/{} on each node, or go without.",
    ),
}
"""What is told of profiles that no manifest can bring along, and the way out."""


def _of_nodes(field: str, profile: str, path: KeyPath) -> Outcome:
    note, way_out = (text.format(profile) for text in _ON_NODES[field])
    return Outcome(path, Fate.ADAPTED, note, way_out, "node-profile")


def _label(value: str) -> Manifest | None:
    name, _, found = value.partition(":")
    if name not in ("user", "role", "type", "level") or not found:
        return None
    return {"seLinuxOptions": {name: found}}


_OPTIONS: dict[str, Callable[[str], Manifest | None]] = {
    "no-new-privileges": _no_new_privileges,
    "seccomp": _seccomp,
    "apparmor": _apparmor,
    "label": _label,
}


def _user_namespace(service: Service) -> Fragment:
    mode = service.text("userns_mode")
    if mode is None:
        return Fragment()
    pod = {"hostUsers": True, **origin(service.path, hostUsers="userns_mode")}
    return Fragment(pod=pod)
