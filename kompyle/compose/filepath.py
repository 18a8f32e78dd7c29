"""Work on paths as text, the way Go does; no file is looked at."""

import posixpath
import re

_WINDOWS_ABSOLUTE = re.compile(
    r"[A-Za-z]:[\\/]"  # C:\folder
    r"|[\\/]{2}[^\\/]+[\\/]+[^\\/]",  # \\server\share
)
_GIT_OVER_SSH = re.compile(r"[\w-]+@[\w.-]+:")
_GIT_URLS = ("git://", "ssh://", "git@", "github.com/")
_REMOTE = ("http://", "https://", "oci://", *_GIT_URLS)
_REMOTE_CONTEXTS = ("service:", "https://", "http://", *_GIT_URLS)


def clean(path: str) -> str:
    """Shorten `a//b/../c` to `a/c`; nothing becomes the current folder."""
    cleaned = posixpath.normpath(path)
    return cleaned.removeprefix("/") if cleaned.startswith("//") else cleaned


def join(base: str, path: str) -> str:
    """Put the path below the base, even if it begins with a slash, and clean it."""
    parts = [part for part in (base, path) if part]
    return clean("/".join(parts)) if parts else ""


def is_absolute(path: str) -> bool:
    return path.startswith("/")


def is_windows_absolute(path: str) -> bool:
    return _WINDOWS_ABSOLUTE.match(path) is not None


def expand_home(path: str, home: str | None) -> str:
    """Put the home folder in place of `~`; it does not look for other users."""
    if home is None or not path.startswith("~"):
        return path
    return join(home, path[1:])


def is_remote(text: str) -> bool:
    """Tell whether a Compose file would have to be fetched: git, oci or http."""
    return text.startswith(_REMOTE) or _GIT_OVER_SSH.match(text) is not None


def is_context_local(text: str) -> bool:
    """Tell whether a build context is a path, and no URL or other service."""
    return "://" not in text and not text.startswith(_REMOTE_CONTEXTS)
