"""Everything that a caller of a conversion can choose."""

import re
from dataclasses import dataclass

from kompyle.errors import UsageError

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_OLDEST, _NEVER = (1, 29), (2, 0)
"""Init containers that go on running need the one; nobody knows the other."""

_EXPECTED = {
    "namespace": (_LABEL, "lower-case letters, digits and -, as in `shop`"),
    "volume_size": (
        r"[0-9]+(\.[0-9]+)?([kMGTPE]|[KMGTPE]i)?",
        "a quantity such as `500Mi` or `1Gi`",
    ),
    "storage_class": (
        rf"|{_LABEL}(\.{_LABEL})*",
        "the name of a storage class, as in `standard`",
    ),
    "image_pull_policy": (
        "Always|IfNotPresent|Never",
        "`Always`, `IfNotPresent` or `Never`",
    ),
    "controller": (
        "deployment|statefulset|daemonset",
        "`deployment`, `statefulset` or `daemonset`",
    ),
    "volumes": (
        "claim|emptydir|hostpath|configmap",
        "`claim`, `emptydir`, `hostpath` or `configmap`",
    ),
}
"""What a text has to look like, and how to say that."""


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that hold for the whole project.

    ``controller`` is the kind of what stays (deployment, statefulset, daemonset);
    ``volumes`` what volumes become: a claim, an emptydir; hostpath: bind mounts stay
    on the nodes; configmap: small files do, as always.  ``volume_size`` is a
    Kubernetes quantity.  ``wait_image`` (a shell with nc) waits for services,
    ``api_image`` (one with curl) for Jobs.  ``kubernetes`` is the oldest server that
    must accept the output; ``strict`` makes errors of whatever is lost.
    """

    namespace: str | None = None
    create_namespace: bool = False
    volumes: str = "claim"
    volume_size: str = "1Gi"
    storage_class: str | None = None
    allow_host_paths: bool = False
    allow_unsafe_sysctls: bool = False
    image_pull_policy: str | None = None
    wait_image: str = "busybox:1.36.1"
    api_image: str = "curlimages/curl:8.11.1"
    controller: str = "deployment"
    kubernetes: tuple[int, int] = (1, 31)
    strict: bool = False

    def __post_init__(self) -> None:
        """Raise :class:`UsageError` for what Kubernetes would refuse."""
        for name, (pattern, expected) in _EXPECTED.items():
            value = getattr(self, name)
            if value is not None and not re.fullmatch(pattern, value):
                word = name.replace("_", " ")
                raise UsageError(f"the {word} {value!r}: expected {expected}")
        if not is_supported(self.kubernetes):
            known = ".".join(map(str, _OLDEST))
            found = f"the Kubernetes version {self.kubernetes!r}"
            raise UsageError(f"{found}: expected {_OLDEST}, for {known}, or newer")
        if self.create_namespace and not self.namespace:
            raise UsageError("to create the namespace, its name is needed")


def is_supported(version: object) -> bool:
    """Whether *version* is a pair of numbers of a server that takes the output."""
    match version:
        case (int() as major, int() as minor):
            return _OLDEST <= (major, minor) < _NEVER
        case _:
            return False


def kubernetes_version(text: str) -> tuple[int, int]:
    """Read a version such as ``1.31``; UsageError for anything else.

    >>> kubernetes_version("1.35")
    (1, 35)
    """
    match = re.fullmatch(r"v?(\d+)\.(\d+)(?:\.\d+)?", text)
    if not match:
        raise UsageError(f"the Kubernetes version {text!r}: expected one as in `1.31`")
    version = int(match[1]), int(match[2])
    if not is_supported(version):
        known = ".".join(map(str, _OLDEST))
        raise UsageError(f"the Kubernetes version {text!r}: expected {known} or newer")
    return version
