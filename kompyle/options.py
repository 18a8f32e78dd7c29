"""Everything that a caller of a conversion can choose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that hold for the whole project.

    ``volume_size`` is a Kubernetes quantity, ``controller`` the kind of what stays
    (deployment, statefulset, daemonset), ``volumes`` what volumes become (claim,
    emptydir; hostpath: bind mounts stay on the nodes; configmap: small files, as
    always), ``kubernetes`` the oldest server that must accept the output; ``strict``
    makes errors of whatever is lost.
    """

    namespace: str | None = None
    create_namespace: bool = False
    volumes: str = "claim"
    volume_size: str = "1Gi"
    storage_class: str | None = None
    allow_host_paths: bool = False
    image_pull_policy: str | None = None
    wait_image: str = "busybox:1.36.1"
    controller: str = "deployment"
    kubernetes: tuple[int, int] = (1, 31)
    strict: bool = False
