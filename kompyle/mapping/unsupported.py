"""Keys that are left behind, and why; delete a line here to support its key."""

from kompyle.mapping.keys import Key, ignored, lost

_NODE = "it is set for a whole node, in the kubelet's configuration"
_DOCKER = "it tunes the Docker engine, which cluster nodes do not run"
_DISKS = "Kubernetes does not limit the speed of disks"
_WINDOWS = "it is for Windows containers"

KEYS: dict[str, Key] = {
    "services.*.attach": ignored("nobody is attached to a cluster's logs"),
    "services.*.blkio_config": lost(_DISKS),
    "services.*.cpu_count": ignored(_WINDOWS),
    "services.*.cpu_percent": ignored(_WINDOWS),
    "services.*.cpu_rt_period": lost(_NODE),
    "services.*.cpu_rt_runtime": lost(_NODE),
    "services.*.cpuset": lost(f"{_NODE} (the static CPU manager policy)"),
    "services.*.credential_spec": lost(_WINDOWS),
    "services.*.develop": ignored("it is for development on one machine"),
    "services.*.isolation": ignored(_WINDOWS),
    "services.*.logging": ignored("the cluster collects what containers print"),
    "services.*.mac_address": lost("the cluster's network gives addresses"),
    "services.*.mem_swappiness": lost(_NODE),
    "services.*.memswap_limit": lost(_NODE),
    "services.*.models": lost("run the model as a service of its own"),
    "services.*.oom_kill_disable": lost(
        "Kubernetes always stops what runs out of memory"
    ),
    "services.*.oom_score_adj": lost("Kubernetes derives it from requests and limits"),
    "services.*.pids_limit": lost(f"{_NODE}: podPidsLimit"),
    "services.*.deploy.resources.limits.pids": lost(f"{_NODE}: podPidsLimit"),
    "services.*.provider": lost("make it in the cluster by other means"),
    "services.*.storage_opt": ignored(_DOCKER),
    "services.*.use_api_socket": lost("cluster nodes do not run Docker"),
    "models": lost("run the model as a service of its own"),
    "services.*.ulimits": lost(
        "set it in the container runtime of the nodes, if their own limit is too low"
    ),
}
