"""Read the short form of a mount, `[source:]target[:options]`."""

from dataclasses import dataclass

_PROPAGATIONS = {"private", "rprivate", "shared", "rshared", "slave", "rslave"}
_SELINUX = {"z", "Z"}
_ACCESS = {"ro", "rw"}
KNOWN_OPTIONS = _PROPAGATIONS | _SELINUX | _ACCESS | {"nocopy", ""}

_SHORTEST_PAIR = 3  # "a:" and "/a" are targets
_FORM = "source:target or source:target:options"


@dataclass(frozen=True, slots=True)
class ShortVolume:
    """A mount; `bind` and `volume` tell which option maps its long form has."""

    type: str
    source: str | None
    target: str
    read_only: bool = False
    writable: bool = False
    nocopy: bool = False
    propagation: str | None = None
    selinux: str | None = None
    bind: bool = False
    volume: bool = False
    unknown_options: tuple[str, ...] = ()


def parse(text: str) -> ShortVolume:
    """Return the mount; the target stays as it is written."""
    if not text:
        raise ValueError(f"the volume is empty; write {_FORM}")
    if len(text) < _SHORTEST_PAIR:
        return ShortVolume("volume", None, text)
    match _sections(text):
        case sections if "" in sections:
            fact = f'"{text}" has nothing on one side of a colon'
            raise ValueError(f"{fact}; write {_FORM}")
        case [target]:
            return ShortVolume("volume", None, target, volume=True)
        case [source, target]:
            return _mount(source, target, [])
        case [source, target, options]:
            return _mount(source, target, options.split(","))
        case _:
            fact = f'"{text}" has too many colons'
            raise ValueError(f'{fact}; put commas between options, as in "a:/b:ro,z"')


def _sections(text: str) -> list[str]:
    """Cut at colons, except that of a Windows drive and those within `${…}`."""
    sections: list[str] = []
    start = depth = 0
    for index, character in enumerate(text):
        if character == "{" and (depth or text[index - 1 : index] == "$"):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == ":" and not depth and not _is_drive(text[start:index]):
            sections.append(text[start:index])
            start = index + 1
    return [*sections, text[start:]]


def _is_drive(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _mount(source: str, target: str, options: list[str]) -> ShortVolume:
    is_path = source.startswith((".", "/", "~", "\\\\")) or (
        source[1:2] == ":" and _is_drive(source[0])
    )
    propagation = _last(options, _PROPAGATIONS)
    selinux = _last(options, _SELINUX)
    access = _last(options, _ACCESS)
    nocopy = "nocopy" in options
    return ShortVolume(
        type="bind" if is_path else "volume",
        source=source,
        target=target,
        read_only=access == "ro",
        writable=access == "rw",
        nocopy=nocopy,
        propagation=propagation,
        selinux=selinux,
        bind=is_path or propagation is not None or selinux is not None,
        volume=not is_path or nocopy,
        unknown_options=tuple(each for each in options if each not in KNOWN_OPTIONS),
    )


def _last(options: list[str], words: set[str]) -> str | None:
    return next((each for each in reversed(options) if each in words), None)
