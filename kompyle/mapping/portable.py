"""Name what belongs to a project from its folder, wherever that lies."""

import posixpath

from kompyle.compose.source import (
    HomePath,
    Plain,
    ProjectPath,
    Timestamp,
    YamlList,
    YamlMap,
    YamlNode,
    YamlScalar,
    plain,
)


def from_folder(path: str, folder: str) -> str:
    """Return the way from the folder to a relative path, and to what is inside.

    What was written from the home of whoever converts stays as it was.

    >>> from_folder(ProjectPath("/home/me/common.env"), "/home/me/shop")
    '../common.env'
    >>> from_folder("/etc/common.env", "/home/me/shop")
    '/etc/common.env'
    >>> from_folder(HomePath("/home/me/music", "~/music"), "/home/me/shop")
    '~/music'
    """
    is_inside = f"{path}/".startswith(f"{folder.rstrip('/')}/")
    if is_inside or isinstance(path, ProjectPath):
        return posixpath.relpath(path, folder)
    return path.written if isinstance(path, HomePath) else path


def portable(node: YamlNode, folder: str) -> Plain:
    """Return ordinary data that is the same on every machine."""
    match node:
        case YamlMap(entries):
            return {key: portable(item, folder) for key, item in entries.items()}
        case YamlList(items):
            return [portable(item, folder) for item in items]
        case YamlScalar(str() as text) if not isinstance(text, Timestamp):
            return from_folder(text, folder)
        case YamlScalar():
            return plain(node)
