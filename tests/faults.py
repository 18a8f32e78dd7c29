"""All that can be wrong with a set of manifests by itself."""

from collections.abc import Collection, Iterator

from tests.cases import Case
from tests.legal_names import illegal_names
from tests.soundness import (
    Manifest,
    dangling_references,
    nothings,
    open_secrets,
    reference,
    refused_objects,
    wrong_mounts,
    wrong_ports,
    wrong_selectors,
)


def faults(manifests: list[Manifest], elsewhere: Collection[str]) -> Iterator[str]:
    """Say what is wrong; *elsewhere* is what is made by other means."""
    yield from refused_objects(manifests)
    yield from illegal_names(manifests)
    yield from wrong_mounts(manifests)
    yield from wrong_ports(manifests)
    yield from wrong_selectors(manifests)
    yield from dangling_references(manifests, elsewhere)
    for item in manifests:
        yield from nothings(item, reference(item))


def exposed(case: Case) -> list[str]:
    """Name the fields with a secret that the user was not told of."""
    if case.accepted is None:
        return []
    known = case.accepted.plan.secret_values.values
    told = {
        str(found.path[1]) for found in case.diagnostics if found.code == "open-secret"
    }
    silent = [item for item in case.manifests if service_of(item) not in told]
    return list(open_secrets(silent, known))


def service_of(manifest: Manifest) -> str | None:
    name = manifest["metadata"].get("labels", {}).get("app.kubernetes.io/name")
    return name if isinstance(name, str) else None
