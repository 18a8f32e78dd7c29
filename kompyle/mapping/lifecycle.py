"""How a container starts and stops: hooks, signals, the time it is given."""

import math
import shlex
from collections.abc import Iterable
from dataclasses import replace

from kompyle.compose import duration
from kompyle.compose.service import Service, nullable_texts
from kompyle.compose.source import YamlMap
from kompyle.keypath import KeyPath
from kompyle.mapping.expansion import (
    NO_SECRETS,
    Filled,
    Secrets,
    filled_by_kubernetes,
    filled_by_shell,
    told,
)
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
from kompyle.mapping.stop_signal import is_killed, signal_hook, signal_outcomes
from kompyle.mapping.user import identity, odd_user
from kompyle.mapping.variables import LEGAL, illegal_name
from kompyle.sensitive import is_sensitive

_HOOK = "it runs inside the container, as the container's user"
KEYS: dict[str, Key] = {
    "services.*.stop_grace_period": kept(),
    "services.*.stop_signal": adapted("a hook sends it before Kubernetes sends TERM"),
    "services.*.init": adapted(
        "the Pod's own first process reaps zombies; processes of its containers see "
        "each other"
    ),
    "services.*.pre_start": adapted(
        "each becomes an init container, which runs at every start of a Pod", whole=True
    ),
    "services.*.post_start": adapted(_HOOK, whole=True),
    "services.*.pre_stop": adapted(_HOOK, whole=True),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    return combine(
        (_times(service, plan), _hooks(service, plan), _initial(service, plan))
    )


def _times(service: Service, plan: Plan) -> Fragment:
    has_init = service.value("init") is True
    sees_node = _sees_node(service, plan)
    return Fragment(
        pod={
            "terminationGracePeriodSeconds": _grace(service, plan),
            "shareProcessNamespace": (has_init and not sees_node) or None,
            **origin(
                service.path,
                terminationGracePeriodSeconds=_grace_key(service, plan),
                shareProcessNamespace="init",
            ),
        },
        outcomes=_unshared(service, sees_node=sees_node),
    )


def _grace(service: Service, plan: Plan) -> int | None:
    if is_killed(service, plan):
        return 1
    written = service.text("stop_grace_period")
    return _seconds(written) if written else None


def _grace_key(service: Service, plan: Plan) -> str:
    return "stop_signal" if is_killed(service, plan) else "stop_grace_period"


def _sees_node(service: Service, plan: Plan) -> bool:
    """Whether the Pod has the node's processes, and so none that containers share."""
    members = plan.pods[service.name].members
    return any(plan.services[name].text("pid") == "host" for name in members)


def _unshared(service: Service, *, sees_node: bool) -> tuple[Outcome, ...]:
    """Tell why ``init`` changes nothing, where it does not."""
    wanted = service.value("init")
    if wanted is None or (wanted and not sees_node):
        return ()
    note = "the node's own first process reaps zombies, whose processes the Pod sees"
    if not wanted:
        note = "containers run without it unless it is asked for"
    return (Outcome(service.at("init"), Fate.IGNORED, note),)


def _seconds(text: str) -> int:
    return max(0, math.ceil(duration.parse(text) / 1e9))


def _hooks(service: Service, plan: Plan) -> Fragment:
    """Join the commands of each hook; Kubernetes runs one."""
    lifecycle: Manifest = {}
    outcomes: list[Outcome] = []
    for key, field in (("post_start", "postStart"), ("pre_stop", "preStop")):
        hooks = _listed(service, key)
        secrets = plan.concealed.get(service.name, NO_SECRETS)
        filled = [_words(hook, secrets, has_shell=len(hooks) > 1) for hook in hooks]
        commands = [found.words for found in filled]
        outcomes += [
            outcome
            for index, found in enumerate(filled)
            for outcome in told(service.at(key, index), found)
        ]
        paths = [service.at(key)] if hooks else []
        signal = signal_hook(service, plan) if key == "pre_stop" else None
        if signal:
            commands.append(signal)
            paths.append(service.at("stop_signal"))
        outcomes += _differences(service, key, hooks)
        outcomes += _idle(service, key, hooks)
        commands = [words for words in commands if words]
        if commands:
            command = commands[0] if len(commands) == 1 else _joined(commands)
            handler = {"command": command, **origins_of(command=paths)}
            lifecycle[field] = {"exec": handler}
    outcomes += signal_outcomes(service, plan)
    container = {"lifecycle": lifecycle} if lifecycle else {}
    return Fragment(container=container, outcomes=tuple(outcomes))


def _listed(service: Service, key: str) -> list[YamlMap]:
    return [item for item in service.node.items_of(key) if isinstance(item, YamlMap)]


def _idle(service: Service, key: str, hooks: Iterable[YamlMap]) -> Iterable[Outcome]:
    for index, hook in enumerate(hooks):
        if not any(hook.texts("command")):
            note, way_out = "it runs nothing", "Write a `command:`, or delete it."
            yield Outcome(service.at(key, index), Fate.LOST, note, way_out)


def _words(hook: YamlMap, secrets: Secrets, *, has_shell: bool) -> Filled:
    """Return a hook's command, with its variables and folder set by a shell."""
    words = hook.texts("command")
    if not any(words):
        return Filled([])
    variables = nullable_texts(hook, "environment")
    folder = hook.text("working_dir")
    if not variables and not folder:
        return filled_by_shell(words, secrets, has_shell=has_shell)
    sets = [f"{name}={value}" for name, value in variables.items() if value is not None]
    all_words = ["env", *sets, *words] if sets else words
    filled = filled_by_shell(all_words, secrets, has_shell=True)
    is_script = filled.words[0] != all_words[0]
    script = filled.words[-1] if is_script else f"exec {shlex.join(filled.words)}"
    change = f"cd {shlex.quote(folder)} && " if folder else ""
    return replace(filled, words=["/bin/sh", "-c", f"{change}{script}"])


def _joined(commands: Iterable[list[str]]) -> list[str]:
    return ["/bin/sh", "-c", " && ".join(map(shlex.join, commands))]


def _differences(
    service: Service, key: str, hooks: Iterable[YamlMap]
) -> Iterable[Outcome]:
    for index, hook in enumerate(hooks):
        for name in ("user", "privileged"):
            if name in hook.entries:
                path = service.at(key, index, name)
                note = "a hook runs as the container does"
                yield Outcome(
                    path, Fate.LOST, note, "Write it as a service of its own."
                )


def _initial(service: Service, plan: Plan) -> Fragment:
    """Turn ``pre_start`` into init containers, which run before each start."""
    hooks = _listed(service, "pre_start")
    name = plan.names[service.name]
    containers = [
        _init_container(
            hook,
            f"{name}-pre-start-{index}",
            service.at("pre_start", index),
            plan.concealed.get(service.name, NO_SECRETS),
        )
        for index, hook in enumerate(hooks)
    ]
    outcomes = [
        outcome
        for index, hook in enumerate(hooks)
        for outcome in _missed(hook, service.at("pre_start", index), service, plan)
    ]
    return Fragment(hooks=tuple(containers), outcomes=tuple(outcomes))


def _missed(
    hook: YamlMap, path: KeyPath, service: Service, plan: Plan
) -> Iterable[Outcome]:
    """Tell what an init container does not do as Compose would."""
    for name in hook.map("environment"):
        if not LEGAL.fullmatch(name):
            yield illegal_name(name, (*path, "environment", name))
    user = hook.text("user")
    if user:
        yield from odd_user(user, hook.text("image") or "", (*path, "user"))
    if hook.value("per_replica") is not True and _has_many_pods(service, plan):
        note = "it runs before every replica starts, and not once for all of them"
        way_out = (
            "Say `per_replica: true` if that is right, or write a service of its own "
            "that this one awaits (`condition: service_completed_successfully`)."
        )
        yield Outcome((*path, "per_replica"), Fate.LOST, note, way_out)


def _has_many_pods(service: Service, plan: Plan) -> bool:
    host = plan.services[plan.pods[service.name].host]
    return plan.kinds[host.name].name == "DaemonSet" or (host.replicas or 1) > 1


def _init_container(
    hook: YamlMap, name: str, path: KeyPath, secrets: Secrets
) -> Manifest:
    """Build what differs from the service's own container; the rest is inherited."""
    variables = nullable_texts(hook, "environment")
    return {
        "name": name,
        "image": hook.text("image"),
        "args": filled_by_kubernetes(hook.texts("command"), secrets).words or None,
        "workingDir": hook.text("working_dir"),
        "env": [
            {"name": key, "value": _variable(key, value, secrets)}
            for key, value in variables.items()
            if value is not None and LEGAL.fullmatch(key)
        ]
        or None,
        "securityContext": _security(hook, path),
        **origin(
            path, image="image", args="command", workingDir="working_dir", name=()
        ),
    }


def _variable(name: str, value: str, secrets: Secrets) -> str:
    """Write a variable's value; all of a secret one comes from where it is kept."""
    if value in secrets.names and is_sensitive(name, value):
        return f"$({secrets.names[value]})"
    return filled_by_kubernetes([value], secrets).words[0]


def _security(hook: YamlMap, path: KeyPath) -> Manifest | None:
    privileged = hook.value("privileged")
    user = identity(hook.text("user") or "", hook.text("image") or "")
    if user is None and privileged is None:
        return None
    marks = origin(path, privileged="privileged", runAsUser="user", runAsGroup="user")
    context: Manifest = {"privileged": privileged, **marks}
    if user is not None:
        context |= {"runAsUser": user[0], "runAsGroup": user[1]}
    return context
