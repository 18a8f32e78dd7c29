"""Make relative paths absolute, each by the rule of its key."""

import os.path
from dataclasses import dataclass

from kompyle.compose import filepath, rules
from kompyle.compose.source import HomePath, ProjectPath, YamlMap, YamlNode, YamlScalar
from kompyle.keypath import KeyPath


@dataclass(frozen=True, slots=True)
class Base:
    """The folder that relative paths start from, and the user's home (``~``)."""

    folder: str
    home: str | None = None

    def absolute(self, path: str) -> str:
        expanded = filepath.expand_home(path, self.home)
        if filepath.is_absolute(expanded):
            return expanded if expanded == path else HomePath(expanded, path)
        return ProjectPath(filepath.join(self.folder, expanded))

    def absolute_or_windows(self, path: str) -> str:
        if filepath.is_windows_absolute(path):
            return path
        return self.absolute(path)


_Action = rules.Action[Base]


def resolved(model: YamlMap, base: Base) -> YamlMap:
    return rules.apply_to_map(_RULES, model, base)


def _string(node: YamlNode | None) -> str | None:
    value = node.value if isinstance(node, YamlScalar) else None
    return value if isinstance(value, str) else None


def _local(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    text = _string(node)
    return node if text is None else YamlScalar(base.absolute(text), node.position)


def _local_or_windows(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    text = _string(node)
    if text is None:
        return node
    return YamlScalar(base.absolute_or_windows(text), node.position)


def _context(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    text = _string(node)
    if not text or not filepath.is_context_local(text):
        return node
    return YamlScalar(base.absolute(text), node.position)


def _extended_file(node: YamlNode, path: KeyPath, base: Base) -> YamlNode:
    text = _string(node)
    return node if text and filepath.is_remote(text) else _local(node, path, base)


def _watched(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    text = _string(node)
    if text is None:
        return node
    return YamlScalar(_without_symlink(base.absolute(text)), node.position)


def _without_symlink(path: str) -> str:
    """Resolve the first component of *path* that is a symbolic link."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        head = "/".join(parts[:depth])
        if head and os.path.islink(head):
            target = os.path.realpath(head)
            return "/".join([target, *parts[depth:]])
    return path


def _mount(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    if not isinstance(node, YamlMap):
        return node
    source = _string(node.get("source"))
    if source is None or _string(node.get("type")) != "bind":
        return node
    absolute = base.absolute_or_windows(source)
    return node.with_entries(
        source=YamlScalar(absolute, node.entries["source"].position)
    )


def _volume(node: YamlNode, _path: KeyPath, base: Base) -> YamlNode:
    """Resolve ``driver_opts.device`` of a bind in disguise."""
    options = node.get("driver_opts") if isinstance(node, YamlMap) else None
    if not isinstance(node, YamlMap) or not isinstance(options, YamlMap):
        return node
    device = options.get("device")
    is_bind = (
        _string(options.get("o")) == "bind" and _string(node.get("driver")) == "local"
    )
    if device is None or not is_bind:
        return node
    options = options.with_entries(device=_local(device, (), base))
    return node.with_entries(driver_opts=options)


_RULES = rules.compiled(
    {
        "services.*.build.context": _context,
        "services.*.build.additional_contexts.*": _context,
        "services.*.build.ssh.*": _local_or_windows,
        "services.*.env_file.[].path": _local,
        "services.*.label_file.[]": _local,
        "services.*.extends.file": _extended_file,
        "services.*.develop.watch.[].path": _watched,
        "services.*.volumes.[]": _mount,
        "configs.*.file": _local_or_windows,
        "secrets.*.file": _local_or_windows,
        "include.[].path": _local,
        "include.[].project_directory": _local,
        "include.[].env_file": _local,
        "volumes.*": _volume,
    }
)
