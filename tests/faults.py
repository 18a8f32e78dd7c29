"""All that can be wrong with a set of manifests by itself."""

from collections.abc import Collection, Iterator

from tests.legal_names import illegal_names
from tests.soundness import (
    Manifest,
    dangling_references,
    nothings,
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
