"""What a container does on the fake node: the name of its image says so."""

import math
import re
from dataclasses import dataclass

_NAME = re.compile(r"(?:.*/)?([^/:@]+)(?:[:@].*)?")
_SECONDS = re.compile(r"slow-(\d+)")
_PULL = (
    'failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
    "{image}: not found"
)
MESSAGES = {
    "ErrImagePull": _PULL,
    "ImagePullBackOff": 'Back-off pulling image "{image}": ErrImagePull: ' + _PULL,
    "CreateContainerConfigError": "couldn't find key PASSWORD in Secret shop/keys",
}
"""What a kubelet says of each reason for which a container does not start."""


@dataclass(frozen=True, slots=True)
class Script:
    """The course of a container.

    ``stuck`` are the reasons for which it never starts, one after the other; one that
    is ``unmounted`` never starts for this one, of which only a warning tells.  It is
    ready, or done if it is to end, after so many seconds; one with an ``exit_code``
    ends with it although it should not, and is ready for so many seconds before.
    ``lines`` is how many it prints each time that it starts; one that ``is_telling``
    prints its environment, too.
    """

    stuck: tuple[str, ...] = ()
    unmounted: str = ""
    exit_code: int | None = None
    reason: str = "Error"
    seconds: float | None = None
    is_stubborn: bool = False
    lines: int = 1
    is_telling: bool = False


_ORDINARY = Script()
_SCRIPTS = {
    "missing": Script(stuck=("ErrImagePull", "ImagePullBackOff")),
    "nokey-": Script(stuck=("CreateContainerConfigError",)),
    "nosecret-": Script(
        unmounted='MountVolume.SetUp failed for volume "a" : secret "a" not found'
    ),
    "brief-": Script(exit_code=1, seconds=1.0),
    "crash-": Script(exit_code=1, lines=30),
    "telling-": Script(exit_code=1, is_telling=True),
    "fail-job-": Script(exit_code=1),
    "oom-": Script(exit_code=137, reason="OOMKilled"),
    "badcmd-": Script(exit_code=128, reason="StartError"),
    "never-ready-": Script(seconds=math.inf),
    "stubborn-": Script(is_stubborn=True),
}
"""Courses by how an image's name starts.

``stubborn-`` uses its whole grace period, ``telling-`` prints what should be secret.
"""


def script(image: str) -> Script:
    """Return the course of a container.

    >>> script("ghcr.io/shop/crash-early:1.2").exit_code
    1
    >>> script("slow-3").seconds
    3.0
    >>> script("nginx:1.27") == Script()
    True
    """
    found = _NAME.fullmatch(image)
    name = found[1] if found else image
    if slow := _SECONDS.match(name):
        return Script(seconds=float(slow[1]))
    starts = (course for start, course in _SCRIPTS.items() if name.startswith(start))
    return next(starts, _ORDINARY)
