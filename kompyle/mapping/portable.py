"""Name what belongs to a project from its folder, wherever that lies."""

import posixpath

from kompyle.compose.source import (
    Plain,
    ProjectPath,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    plain,
)


def from_folder(path: str, folder: str) -> str:
    """Return the way from the folder to a path that was written as a relative one.

    >>> from_folder(ProjectPath("/home/me/common.env"), "/home/me/shop")
    '../common.env'
    >>> from_folder("/etc/common.env", "/home/me/shop")
    '/etc/common.env'
    """
    if not isinstance(path, ProjectPath):
        return path
    return posixpath.relpath(path, folder)


def portable(node: YamlNode, folder: str) -> Plain:
    """Return ordinary data that is the same on every machine."""
    match node:
        case YamlMap(entries):
            return {key: portable(item, folder) for key, item in entries.items()}
        case YamlList(items):
            return [portable(item, folder) for item in items]
        case YamlScalar(ProjectPath() as path):
            return from_folder(path, folder)
        case YamlScalar():
            return plain(node)
