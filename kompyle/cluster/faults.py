"""Say in a few words why there is no answer, or only a part of one."""

import re

from kompyle.cluster.login import NO_CLUSTER, Login
from kompyle.errors import ClusterError

_ERRNO = re.compile(r"\[Errno \d+\] ")
UNTRUSTED = "its certificate is not trusted"


def reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error
    text = str(cause).partition("(Caused by")[0]
    if "certificate verify failed" in text:
        why = text.rpartition(": ")[2].partition(" (_ssl")[0]
        return f"{UNTRUSTED} ({why}); see certificate-authority in the kubeconfig"
    return text.rpartition(": ")[2].strip() or type(cause).__name__


def unreachable(login: Login, fault: object) -> ClusterError:
    """Tell that there is no answer, and what to look at."""
    text = _ERRNO.sub("", str(fault))
    fact = f"{login.server} cannot be reached: {text}"
    if not text.startswith(UNTRUSTED):
        fact += f". See that it runs, and that {login.context} is the right --context"
    return ClusterError(fact, NO_CLUSTER)
