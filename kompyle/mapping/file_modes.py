"""Modes of mounted files: they belong to root, so other users read them as a group.

With ``fsGroup`` the kubelet gives the files of a Pod to that group, and lets it read
them; without it only root reads what not everyone may.
"""

from collections.abc import Iterable, Iterator

from kompyle.compose.file_objects import FileReference
from kompyle.compose.service import Service
from kompyle.localfiles import LocalFile
from kompyle.mapping.bound_files import Content
from kompyle.mapping.fragment import Fragment, Outcome, origins_of
from kompyle.mapping.keys import Fate
from kompyle.mapping.own_users import own_user
from kompyle.mapping.plan import Plan
from kompyle.mapping.user import identity, ownership

_NAME_THE_USER = "If the image's own user is another one, write it as `user:`."
_USUAL = 0o644
_ANYONE, _GROUP = 0o004, 0o040
_MOST = 0o777
_PEOPLE = range(501, 600)
"""Users of macOS; on Linux they begin with 1000. Other numbers are those of images."""


def is_guarded(mode: int | None) -> bool:
    """Whether not everyone may read a file of this mode."""
    return mode is not None and not mode & _ANYONE


def readers(service: Service, plan: Plan) -> int | None:
    """Return the group that has to read guarded files; None where root does."""
    known = known_identity(service)
    if known:
        user, group = known
        return (group or user) if user else None
    return next(_owners(service, plan), None)


def local_mode(file: LocalFile, group: int | None) -> int | None:
    """Return a file's mode in the cluster; None for the one that all have."""
    mode = _readable(file.mode, group)
    return None if mode == _USUAL else mode


def given_mode(reference: FileReference, group: int | None) -> int | None:
    """Return the mode of a config or secret, as far as Kubernetes knows it."""
    if reference.mode is None:
        return None
    return _readable(reference.mode & _MOST, group)


def guarded_group(
    service: Service, references: Iterable[FileReference], plan: Plan
) -> tuple[int | None, list[FileReference]]:
    """Return those references that not everyone may read, and the group that does."""
    guarded = [item for item in references if is_guarded(item.mode)]
    return (readers(service, plan) if guarded else None), guarded


def shared_with(group: int | None, *references: FileReference) -> Fragment:
    """Let a group read guarded files; *references* say who should own them."""
    if group is None:
        return Fragment()
    marks = [(*item.path, key) for item in references for key in ("uid", "gid")]
    pod = ownership(group)
    pod["securityContext"] |= origins_of(fsGroup=marks)
    outcomes = [
        Outcome((*item.path, key), Fate.ADAPTED, _note(group))
        for item in references
        for key, value in (("uid", item.uid), ("gid", item.gid))
        if value
    ]
    return Fragment(pod=pod, outcomes=tuple(outcomes))


def mode_outcomes(reference: FileReference, group: int | None) -> list[Outcome]:
    """Say where the mode of a config or secret cannot be what it should."""
    path = (*reference.path, "mode")
    found = given_mode(reference, group)
    if found is None or found == reference.mode:
        return []
    if group is not None and is_guarded(reference.mode):
        return [Outcome(path, Fate.ADAPTED, f"it becomes {found:04o}: {_note(group)}")]
    note = f"it becomes {found:04o}; Kubernetes knows no modes beyond 0777"
    return [Outcome(path, Fate.ADAPTED, note)]


def content_note(
    service: Service, content: Content, group: int | None
) -> tuple[str, str]:
    """Say who may read guarded files, and what to do if that is not right."""
    guarded = [file for file in content.files.values() if is_guarded(file.mode)]
    if guarded and group is not None:
        return _note(group), ""
    if known_identity(service) is None and any(file.user for file in guarded):
        return "the file belongs to root, who alone may read it", _NAME_THE_USER
    return "", ""


def _note(group: int) -> str:
    return f"the file belongs to root, and the group {group} may read it"


def _readable(mode: int, group: int | None) -> int:
    """Say what the kubelet makes of a mode for a group."""
    return mode | _GROUP if group is not None and is_guarded(mode) else mode


def known_identity(service: Service) -> tuple[int, int | None] | None:
    """Return the user and group, as the file says them or as the image is known for."""
    own = own_user(service)
    if own:
        return own, own
    return identity(service.text("user") or "", service.image or "")


def _owners(service: Service, plan: Plan) -> Iterator[int]:
    for reference in (*service.secrets, *service.configs):
        user, group = (_number(text) for text in (reference.uid, reference.gid))
        if is_guarded(reference.mode) and user:
            yield group or user
    for mount in service.mounts:
        bind = plan.binds.get(mount.key)
        if isinstance(bind, Content):
            for file in bind.files.values():
                if is_guarded(file.mode) and _is_of_image(file.user):
                    yield file.group or file.user


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _is_of_image(user: int) -> bool:
    """Whether a file was given to the user of an image, and not to a person."""
    return 0 < user < 1000 and user not in _PEOPLE  # noqa: PLR2004
