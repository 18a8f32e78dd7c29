"""Everything that a caller of a conversion can choose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that hold for the whole project.

    ``volume_size`` is a Kubernetes quantity, ``controller`` the kind of what stays
    (deployment, statefulset, daemonset); ``strict`` makes errors of whatever is lost.
    """

    namespace: str | None = None
    create_namespace: bool = False
    volume_size: str = "1Gi"
    storage_class: str | None = None
    allow_host_paths: bool = False
    image_pull_policy: str | None = None
    wait_image: str = "busybox:1.36.1"
    controller: str = "deployment"
    strict: bool = False
