"""What to use in a cluster instead of images that speak to the Docker engine (R16)."""

from kompyle.mapping.listening import image_name

_LOGS = "The cluster collects logs: kubectl logs, or an agent on each node."
_ROUTES = "Route with an Ingress or a Gateway, and leave the proxy out."
_SCHEDULES = "Label services for Swarm Cronjob, or write CronJobs."
_RUNNERS = "Use the executor for Kubernetes that this tool has."
_WAYS_OUT = {
    "acme-companion": "cert-manager asks for certificates in a cluster.",
    "autoheal": "A liveness probe restarts what is not healthy.",
    "cadvisor": "The kubelet holds cAdvisor: scrape /metrics/cadvisor of the nodes.",
    "caddy-docker-proxy": _ROUTES,
    "docker-socket-proxy": "The Kubernetes API has accounts and roles of its own.",
    "dozzle": _LOGS,
    "gitlab-runner": _RUNNERS,
    "act_runner": _RUNNERS,
    "woodpecker-agent": _RUNNERS,
    "drone-runner-docker": _RUNNERS,
    "nginx-proxy": _ROUTES,
    "docker-gen": _ROUTES,
    "ofelia": _SCHEDULES,
    "swarm-cronjob": _SCHEDULES,
    "portainer": "Install Portainer's agent for Kubernetes from its own manifests.",
    "portainer-ce": "Install Portainer's agent for Kubernetes from its own manifests.",
    "promtail": _LOGS,
    "traefik": "Use Traefik's own provider for Kubernetes, or an Ingress.",
    "vector": _LOGS,
    "watchtower": "Let CI or a GitOps tool roll out new images.",
    "whoami": "Leave the mount out.",
}
_ANY = (
    "Use the Kubernetes API with a ServiceAccount, run a Docker engine in a privileged "
    "sidecar, or leave the service out."
)


def socket_way_out(image: str) -> str:
    """Say what to do instead of mounting the engine's socket."""
    return _WAYS_OUT.get(image_name(image), _ANY)
