"""Join what services of one Pod say of its workload; where they differ, the first."""

from collections.abc import Sequence

from kompyle.compose.source import find
from kompyle.mapping.fragment import FROM, Manifest, Outcome, merged, origins_of
from kompyle.mapping.keys import Fate
from kompyle.mapping.pod_template import Member
from kompyle.mapping.sealing import marks, sealed

_USUAL: Manifest = {"replicas": 1}


def shared_workload(
    members: Sequence[Member], usual: Manifest
) -> tuple[Manifest, Manifest, list[Outcome]]:
    """Return the workload's spec, its metadata, and what there was no place for.

    *usual* stands in the spec unless the first service says otherwise.
    """
    host, *others = members
    spec = {**usual, **host.parts.workload}
    metadata = dict(host.parts.metadata)
    outcomes = []
    for member in others:
        spec, differing = _laid(spec, member.parts.workload, _USUAL)
        outcomes += _told(differing, member, host)
        added = member.parts.metadata.get("annotations", {})
        known = metadata.get("annotations", {})
        annotations, differing = _laid(known, added, added)
        outcomes += _told(differing, member, host)
        metadata |= {"annotations": annotations} if annotations else {}
    return spec, metadata, outcomes


def _laid(
    known: Manifest, added: Manifest, usual: Manifest
) -> tuple[Manifest, list[Manifest]]:
    """Mark the fields that agree, and return the others; *usual* is what is unsaid."""
    differing = []
    for field in (name for name in added if name is not FROM):
        paths = added.get(FROM, {}).get(field, ())
        value = {field: added[field], **origins_of(**{field: paths})}
        said = {field: known.get(field, usual.get(field))}
        if sealed(said) == sealed(value):
            known = merged(known, value)
        elif added[field] is not None:
            differing.append(value)
    return known, differing


def _told(differing: list[Manifest], member: Member, host: Member) -> list[Outcome]:
    name = host.service.name
    note = f"its Pod is that of {name!r}, which does not say the same"
    paths = dict.fromkeys(path for value in differing for path in marks(value))
    return [
        Outcome(path, Fate.LOST, note, f"Say it in {name!r}.")
        for path in paths
        if find(member.service.node, path[2:])
    ]
