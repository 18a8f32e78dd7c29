"""``image`` and how it is pulled: the container's name and image."""

from kompyle.compose.service import Service
from kompyle.mapping.data_folders import unsaved_data
from kompyle.mapping.fragment import Fragment, Outcome, origins_of
from kompyle.mapping.keys import Fate, Key, adapted, kept, lost
from kompyle.mapping.plan import Plan
from kompyle.names import slug

KEYS: dict[str, Key] = {
    "services.*.image": kept(),
    "services.*.build": adapted(
        "build the image and push it under its name, before the objects are applied",
        whole=True,
    ),
    "services.*.container_name": adapted("it names the container inside the Pod"),
    "services.*.pull_policy": kept(),
    "services.*.pull_refresh_after": lost(
        "Kubernetes does not pull by the clock",
        "Restart the workload when a new image is there: `kubectl rollout restart`.",
    ),
}

_PULL_POLICIES = {
    "always": "Always",
    "missing": "IfNotPresent",
    "if_not_present": "IfNotPresent",
    "never": "Never",
    "build": "IfNotPresent",
    "daily": "Always",
    "weekly": "Always",
    "refresh": "Always",
}
_INEXACT = frozenset(("build", "daily", "weekly", "refresh"))


def fragment(service: Service, plan: Plan) -> Fragment:
    container = service.text("container_name")
    policy = service.text("pull_policy")
    return Fragment(
        container={
            "name": slug(container) if container else plan.names[service.name],
            "image": image_reference(service, plan),
            "imagePullPolicy": pull_policy(service, plan),
            **origins_of(
                name=[service.at("container_name")],
                image=[service.at("image"), service.at("build")],
                imagePullPolicy=[service.at("pull_policy")],
            ),
        },
        outcomes=(*_outcomes(service, policy), *_data(service, plan)),
    )


def _data(service: Service, plan: Plan) -> tuple[Outcome, ...]:
    return () if plan.kinds[service.name].ends else unsaved_data(service)


def image_reference(service: Service, plan: Plan) -> str:
    """Return the image's name; what is built without one is named as Compose does."""
    return service.image or f"{plan.inputs.name}-{service.name}"


def pull_policy(service: Service, plan: Plan) -> str | None:
    """Return when the image is pulled, by whichever container it is asked for."""
    return _adopted(service.text("pull_policy")) or plan.options.image_pull_policy


def _adopted(policy: str | None) -> str | None:
    if policy and policy.startswith("every_"):
        return "Always"
    return _PULL_POLICIES.get(policy or "")


def _outcomes(service: Service, policy: str | None) -> list[Outcome]:
    found = []
    if policy and (policy in _INEXACT or policy.startswith("every_")):
        note = f"{policy!r} becomes {_adopted(policy)}; nothing pulls by the clock"
        found.append(Outcome(service.at("pull_policy"), Fate.ADAPTED, note))
    if service.image and "build" in service.node.entries:
        return found
    if not service.image and "build" in service.node.entries:
        note = "the image has no name of its own; build, tag and push it as named here"
        help = "Name it with `image:`, with the registry that the cluster pulls from."  # noqa: A001
        found.append(Outcome(service.at("build"), Fate.ADAPTED, note, help))
    return found
