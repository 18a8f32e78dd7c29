"""Names that Kubernetes accepts, and the labels that every object carries."""

import hashlib
import re
from collections.abc import Container
from functools import lru_cache
from itertools import chain, count
from typing import Any

Manifest = dict[str, Any]


LONGEST = 63
_ILLEGAL = re.compile(r"[^a-z0-9-]+")
_ANNOTATION_NAME = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?"
    r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
)
_LABEL_VALUE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


@lru_cache(maxsize=4096)  # objects of one service say its name often
def slug(name: str, *, longest: int = LONGEST) -> str:
    """Turn any name into a DNS-1035 label.

    >>> slug("My_DB"), slug("7zip")
    ('my-db', 'x7zip')
    """
    text = _ILLEGAL.sub("-", name.lower()).strip("-")
    if not text[:1].isalpha():
        text = f"x{text}" if text else f"x{_digest(name)}"
    return shortened(text, longest)


def shortened(name: str, longest: int = LONGEST) -> str:
    """Cut a name that is too long; a hash keeps it apart from its like."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9].rstrip('-')}-{_digest(name)}"


def distinct(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: the name itself, or else a numbered one.

    >>> distinct("web", ()), distinct("web", ("web", "web-2"))
    ('web', 'web-3')
    """
    numbered = (f"{name}-{number}" for number in count(2))
    found = map(shortened, chain((name,), numbered))
    return next(free for free in found if free not in taken)


@lru_cache(maxsize=4096)
def label_value(text: str) -> str:
    """Turn any text into a label value; a legal one stays."""
    if _LABEL_VALUE.fullmatch(text):
        return text
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")
    return shortened(cleaned) or f"x{_digest(text)}"


def is_label_value(text: str) -> bool:
    return not text or _LABEL_VALUE.fullmatch(text) is not None


def is_annotation_name(name: str) -> bool:
    return _ANNOTATION_NAME.fullmatch(name) is not None


def selector(service: str, project: str) -> Manifest:
    """Return the labels that select a service's Pods: never more, they are final."""
    return {
        "app.kubernetes.io/name": service,
        "app.kubernetes.io/part-of": label_value(project),
    }


def labels(service: str, project: str) -> Manifest:
    return selector(service, project) | {"app.kubernetes.io/managed-by": "kompyle"}


def project_labels(project: str) -> Manifest:
    """Return the labels of an object that belongs to no single service."""
    return {
        "app.kubernetes.io/part-of": label_value(project),
        "app.kubernetes.io/managed-by": "kompyle",
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
