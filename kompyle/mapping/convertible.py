"""Leave out services that are no containers: those of a provider."""

from dataclasses import replace

from kompyle.mapping.fragment import Outcome
from kompyle.mapping.inputs import Inputs
from kompyle.mapping.keys import Fate


def without_providers(inputs: Inputs) -> tuple[Inputs, list[Outcome]]:
    """Return the services that run images, and what is said of the others."""
    kept = tuple(
        service for service in inputs.services if "provider" not in service.node.entries
    )
    outcomes = [
        Outcome(
            service.path,
            Fate.LOST,
            f"it is made by the provider {service.text('provider', 'type')!r}",
            "Make it in the cluster by other means, under this very name.",
            "service-not-converted",
        )
        for service in inputs.services
        if "provider" in service.node.entries
    ]
    return replace(inputs, services=kept), outcomes
