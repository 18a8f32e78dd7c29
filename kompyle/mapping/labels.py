"""``labels`` and ``annotations``: annotations of the Pods, which take any value."""

from collections.abc import Iterable

from kompyle.compose.service import Service, texts
from kompyle.keypath import KeyPath
from kompyle.mapping.fragment import Fragment, Manifest, Outcome, merged, origin
from kompyle.mapping.keys import Fate, Key, adapted
from kompyle.mapping.plan import Plan
from kompyle.mapping.secret_values import SecretValues
from kompyle.names import is_annotation_name

KEYS: dict[str, Key] = {
    "services.*.labels": adapted("labels become annotations of the Pods", whole=True),
    "services.*.annotations": adapted(
        "they become annotations of the Pods", whole=True
    ),
}
_WAY_OUT = "Shorten it, or use letters, digits, `.`, `_`, `-` and one `/`."


def fragment(service: Service, plan: Plan) -> Fragment:
    if not {"labels", "annotations"} & service.node.entries.keys():
        return Fragment()
    written = texts(service.node, "annotations")
    labels = {
        name: value for name, value in service.labels.items() if name not in written
    }
    secrets = plan.secret_values
    found = merged(
        _annotations(service, "labels", labels, secrets),
        _annotations(service, "annotations", written, secrets),
    )
    outcomes = [
        *secret_labels(service.at("labels"), labels, secrets),
        *secret_labels(service.at("annotations"), written, secrets),
        *_illegal(service, "labels", service.labels),
        *_illegal(service, "annotations", written),
        *_hidden(service, written),
    ]
    template = {"metadata": {"annotations": found}} if found else {}
    return Fragment(template=template, outcomes=tuple(outcomes))


def _annotations(
    service: Service, kind: str, values: dict[str, str], secrets: SecretValues
) -> Manifest:
    legal = {
        name: value
        for name, value in values.items()
        if is_annotation_name(name) and not secrets.covers(name, value)
    }
    if not legal:
        return {}
    return legal | origin(service.path, **{name: (kind, name) for name in legal})


def secret_labels(
    path: KeyPath, values: dict[str, str], secrets: SecretValues, bearer: str = "Pod"
) -> list[Outcome]:
    """Tell of those labels at *path* that are left out for the secrets in them."""
    note = f"it holds a secret, which all who may read the {bearer} could read"
    way_out = "Keep it in a variable or in a file; whoever reads labels finds it there."
    return [
        Outcome((*path, name), Fate.LOST, note, way_out, "open-secret")
        for name, value in values.items()
        if secrets.covers(name, value)
    ]


def _illegal(service: Service, kind: str, values: Iterable[str]) -> list[Outcome]:
    return [
        Outcome(
            service.at(kind, name),
            Fate.LOST,
            f"{name!r} is no name of an annotation",
            _WAY_OUT,
        )
        for name in values
        if not is_annotation_name(name)
    ]


def _hidden(service: Service, written: dict[str, str]) -> list[Outcome]:
    return [
        Outcome(
            service.at("labels", name),
            Fate.IGNORED,
            "an annotation of the same name takes its place",
        )
        for name in service.labels
        if name in written
    ]
