"""What can be done where a field cannot be changed: make it anew, or nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recovery:
    """How an object can be made anew.

    ``cost`` is what its user should know first; one without is made anew unasked.
    ``propagation`` is what becomes of its dependents: Background deletes them.
    """

    propagation: str = "Background"
    cost: str = ""

    @property
    def is_automatic(self) -> bool:
        return not self.cost


_WAYS = {
    "ClusterRoleBinding": Recovery(),
    "ConfigMap": Recovery(cost="it is gone for a moment"),
    "CronJob": Recovery(),
    "DaemonSet": Recovery(cost="all its Pods stop and start again"),
    "Deployment": Recovery(cost="all its Pods stop and start again"),
    "Job": Recovery(),
    "Pod": Recovery(),
    "RoleBinding": Recovery(),
    "Secret": Recovery(cost="it is gone for a moment"),
    "Service": Recovery(cost="it gets another address"),
    "StatefulSet": Recovery("Orphan", "its Pods and claims stay meanwhile"),
}
DATA = (
    "Its data would be lost, so this is never done: copy them to a new claim by hand, "
    "or put the old size, class and access mode back."
)


def recovery(kind: str) -> Recovery | None:
    """Return how an object of this kind is made anew; None if that loses data."""
    return _WAYS.get(kind)
