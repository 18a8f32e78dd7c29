"""Wait until workloads work; and if some do not, say why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from kompyle.cluster.app import PROJECT, WORKLOADS, App
from kompyle.cluster.cancel import Cancel
from kompyle.cluster.diagnosis import Diagnosis, is_scaling
from kompyle.cluster.events import Event
from kompyle.cluster.masking import Mask
from kompyle.cluster.outcome import Code, Failure
from kompyle.cluster.resources import RESOURCES
from kompyle.cluster.target import Place
from kompyle.cluster.telling import Teller
from kompyle.cluster.verdicts import Judge
from kompyle.cluster.view import View
from kompyle.cluster.waiting import Verdict, Waiting
from kompyle.cluster.watching import Subject, Watching
from kompyle.names import label_value


@dataclass(frozen=True, slots=True)
class Settling:
    """How the workloads of an App are waited for; ``timeout`` is in seconds."""

    place: Place
    app: App
    teller: Teller
    cancel: Cancel
    timeout: float

    def waiting(
        self,
        watching: Watching,
        names: Iterable[str],
        start: Callable[[list[str]], bool],
    ) -> Waiting:
        """Prepare a wait for workloads by name, from what there is before it."""
        listed = tuple(names)
        judge = Judge()
        judge.look_before(View(watching), listed)
        return Waiting(
            self.app,
            watching,
            listed,
            start,
            self.timeout,
            partial(is_scaling, self.place.api, self.place.namespace),
            self._tell,
            self.cancel,
            judge=judge,
        )

    def _tell(self, event: Event) -> None:
        """Pass an event on; what a container said at its end can hold a secret."""
        if event.status == "failed":
            event = replace(event, message=Mask(self.app).text(event.message))
        self.teller.tell(event)

    def explained(
        self, verdict: Verdict, view: View
    ) -> tuple[Code, tuple[Failure, ...]]:
        """Turn how the wait ended into a code, and tell why what failed did."""
        if verdict.is_good:
            return Code.DONE, ()
        if self.cancel.is_asked and not verdict.failed:
            return Code.INTERRUPTED, ()
        api, namespace = self.place.api, self.place.namespace
        if verdict.late:  # a server that has gone would leave an old picture
            api.call("GET", RESOURCES["v1", "Namespace"].path(None, namespace))
        diagnosis = Diagnosis(api, self.app, namespace, view)
        found = diagnosis.failures(verdict.failed, verdict.late)
        failures = tuple(map(Mask(self.app).failure, found))
        for failure in failures:
            self.teller.failure(failure)
        return Code.FAILED if verdict.failed else Code.TIMED_OUT, failures


def subjects(app: App) -> list[Subject]:
    """Return what to watch: the workloads, and all that tells how they are."""
    ours = f"{PROJECT}={label_value(app.name)}"
    kinds = {item["kind"] for item in app.manifests} & {*WORKLOADS}
    watched = [*kinds, "EndpointSlice", "PersistentVolumeClaim", "Pod"]
    watched += ["ReplicaSet"] if "Deployment" in kinds else []
    apis = {kind: api for api, kind in RESOURCES}
    names = {
        kind: tuple(i["metadata"]["name"] for i in app.manifests if i["kind"] == kind)
        for kind in kinds
    }
    found = [
        Subject(apis[kind], kind, labels=ours, names=names.get(kind, ()))
        for kind in sorted(watched)
    ]
    return [*found, Subject("v1", "Event", fields="type!=Normal")]
