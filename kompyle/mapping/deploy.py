"""``deploy``: how a service is rolled out, restarted and reached in a Swarm stack."""

import math

from kompyle.compose import duration
from kompyle.compose.service import Service, texts
from kompyle.compose.source import YamlMap
from kompyle.mapping.fragment import (
    Fragment,
    Manifest,
    Outcome,
    combine,
    origin,
    origins_of,
)
from kompyle.mapping.keys import Fate, Key, adapted, ignored, kept, lost
from kompyle.mapping.labels import secret_labels
from kompyle.mapping.plan import Plan
from kompyle.mapping.refused import MOST
from kompyle.mapping.replicas import restarted
from kompyle.mapping.secret_values import SecretValues
from kompyle.names import is_annotation_name

_ONCE = (
    "What runs once becomes a Job: it has `condition: none` or `max_attempts`, no "
    "ports and no health check, and nobody speaks to it."
)
_EVERYWHERE = {
    "global-job": ("Use `mode: global`, and let the container wait when it is done."),
    "global": (
        "Let the container wait when it is done, with `condition: any`, and nobody "
        "wait for it to complete."
    ),
}
"""What to do for one Pod on each node, by the mode that asks for it."""

_USUAL_DEADLINE = 600
_BACK_OFF = "Kubernetes waits longer after each failure, by itself"
_LIMITED = "If it is to end after so many tries, say `mode: replicated-job`."
KEYS: dict[str, Key] = {
    "services.*.deploy": kept(),
    "services.*.deploy.mode": kept(),
    "services.*.deploy.endpoint_mode": kept(),
    "services.*.deploy.labels": adapted(
        "labels of the service become annotations of its workload", whole=True
    ),
    "services.*.deploy.rollback_config": ignored(
        "a rollback is an update like any other"
    ),
    "services.*.deploy.update_config": kept(),
    "services.*.deploy.update_config.parallelism": kept(),
    "services.*.deploy.update_config.order": kept(),
    "services.*.deploy.update_config.delay": adapted(
        "a new Pod has to be ready for so long before the next"
    ),
    "services.*.deploy.update_config.monitor": adapted(
        "a new Pod has to be ready for so long to count"
    ),
    "services.*.deploy.update_config.failure_action": kept(),
    "services.*.deploy.update_config.max_failure_ratio": lost(
        "the first Pod that does not become ready stops a rollout",
        "Look at a rollout that stops, and go back with `kubectl rollout undo`.",
    ),
    "services.*.deploy.restart_policy": kept(),
    "services.*.deploy.restart_policy.condition": kept(),
    "services.*.deploy.restart_policy.max_attempts": kept(),
    "services.*.deploy.restart_policy.delay": ignored(_BACK_OFF),
    "services.*.deploy.restart_policy.window": ignored(_BACK_OFF),
}


def fragment(service: Service, plan: Plan) -> Fragment:
    if "deploy" not in service.node.entries:
        return Fragment()
    labels = _labels(service, plan.secret_values)
    once = _once_on_each_node(service, plan)
    return combine((labels, once, _update(service, plan), *_mode(service, plan)))


def _labels(service: Service, secrets: SecretValues) -> Fragment:
    deploy = service.node.get("deploy")
    values = texts(deploy, "labels") if isinstance(deploy, YamlMap) else {}
    legal = {
        name: value
        for name, value in values.items()
        if is_annotation_name(name) and not secrets.covers(name, value)
    }
    outcomes = [*secret_labels(service.at("deploy", "labels"), values, secrets)]
    outcomes += [
        Outcome(
            service.at("deploy", "labels", name),
            Fate.LOST,
            f"{name!r} is no name of an annotation",
        )
        for name in values
        if not is_annotation_name(name)
    ]
    if not legal:
        return Fragment(outcomes=tuple(outcomes))
    marks = origin(service.at("deploy", "labels"), **{name: name for name in legal})
    return Fragment(metadata={"annotations": legal | marks}, outcomes=tuple(outcomes))


def _once_on_each_node(service: Service, plan: Plan) -> Fragment:
    """Tell that a Job runs somewhere: no kind of workload ends on every node."""
    kind = plan.kinds[service.name]
    way_out = _EVERYWHERE.get(service.text("deploy", "mode") or "")
    if not way_out or not kind.ends:
        return Fragment()
    note = "it runs once, on some node: nothing in Kubernetes ends on every one"
    if kind.schedule:
        note = "it runs by its schedule, on some node and not on every one"
        way_out = "Use `mode: global` without a schedule, and let the container wait."
    path = service.at("deploy", "mode")
    return Fragment(outcomes=(Outcome(path, Fate.LOST, note, way_out),))


def _update(service: Service, plan: Plan) -> Fragment:
    deploy = service.node.get("deploy")
    config = deploy.get("update_config") if isinstance(deploy, YamlMap) else None
    if not isinstance(config, YamlMap):
        return Fragment()
    path = service.at("deploy", "update_config")
    kind = plan.kinds[service.name]
    if kind.ends:
        note = "what has begun runs to its end; a change counts for the next run"
        return Fragment(outcomes=(Outcome(path, Fate.IGNORED, note),))
    if kind.name == "StatefulSet":
        note = "the Pods of a StatefulSet are replaced one after another"
        return Fragment(outcomes=(Outcome(path, Fate.IGNORED, note),))
    told = tuple(_failure_action(service, config))
    reason = plan.replaces_at_once(service)
    if reason:
        note = f"its Pods are replaced all at once, since they {reason}"
        strategy = {"type": "Recreate", **origin(path, type=())}
        return Fragment(
            workload={"strategy": strategy},
            outcomes=(Outcome(path, Fate.ADAPTED, note), *told),
        )
    ready = max(_seconds(config, "delay"), _seconds(config, "monitor"))
    marks = origins_of(minReadySeconds=[(*path, "delay"), (*path, "monitor")])
    is_deployment = kind.name == "Deployment"
    field = "strategy" if is_deployment else "updateStrategy"
    workload = {
        "minReadySeconds": ready or None,
        "progressDeadlineSeconds": _deadline(ready) if is_deployment else None,
        field: {"type": "RollingUpdate", "rollingUpdate": _rolling(config, path)},
        **marks,
    }
    return Fragment(workload=workload, outcomes=told)


def _deadline(ready: int) -> int | None:
    """Give a rollout its usual time beside a delay: the server demands more."""
    return ready + _USUAL_DEADLINE if ready >= _USUAL_DEADLINE else None


def _rolling(config: YamlMap, path: tuple[str | int, ...]) -> Manifest:
    """Translate order and parallelism; 0 means all at once, as in Swarm."""
    number = config.value("parallelism")
    amount: int | str = 1
    if isinstance(number, int):
        amount = min(number, MOST) or "100%"
    is_start_first = config.text("order") == "start-first"
    grows, shrinks = (amount, 0) if is_start_first else (0, amount)
    marks = origin(
        path,
        maxSurge="parallelism" if is_start_first else "order",
        maxUnavailable="order" if is_start_first else "parallelism",
    )
    return {"maxSurge": grows, "maxUnavailable": shrinks, **marks}


def _seconds(config: YamlMap, key: str) -> int:
    text = config.text(key)
    found = math.ceil(duration.parse(text) / 1e9) if text else 0
    return min(found, MOST - _USUAL_DEADLINE)


def _failure_action(service: Service, config: YamlMap) -> list[Outcome]:
    action = config.text("failure_action")
    path = service.at("deploy", "update_config", "failure_action")
    if action in (None, "pause"):
        note = "a rollout that fails stops and leaves the old Pods running"
        return [Outcome(path, Fate.IGNORED, note)] if action else []
    if action == "rollback":
        note = "a rollout that fails stops; nothing goes back by itself"
        way_out = "kubectl rollout undo goes back."
        return [Outcome(path, Fate.LOST, note, way_out)]
    note = "a rollout that fails stops; it does not go on"
    return [Outcome(path, Fate.LOST, note)]


def _mode(service: Service, plan: Plan) -> list[Fragment]:
    """Account for what the kind of workload and the Service were decided by."""
    found = []
    deploy = service.node.get("deploy")
    assert isinstance(deploy, YamlMap)
    if deploy.text("endpoint_mode") == "vip":
        note = "a Service has an address of its own anyway"
        found.append(Outcome(service.at("deploy", "endpoint_mode"), Fate.IGNORED, note))
    policy = deploy.get("restart_policy")
    if isinstance(policy, YamlMap):
        found += _restart_policy(service, policy, plan)
    return [Fragment(outcomes=tuple(found))]


def _restart_policy(service: Service, policy: YamlMap, plan: Plan) -> list[Outcome]:
    at = service.at("deploy", "restart_policy")
    condition = policy.text("condition")
    found = []
    if not plan.kinds[service.name].ends:
        if condition in ("none", "on-failure"):
            keys = ("deploy", "restart_policy", "condition")
            found.append(restarted(service, keys, plan, _ONCE))
        if policy.value("max_attempts") == 0:
            note = "0 is no limit"
            found.append(Outcome((*at, "max_attempts"), Fate.IGNORED, note))
        elif "max_attempts" in policy.entries:
            note = "what stays is started again without end"
            path = (*at, "max_attempts")
            found.append(Outcome(path, Fate.LOST, note, _LIMITED))
    return found
