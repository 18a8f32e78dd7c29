"""Keys that are left behind, and why; delete a line here to support its key."""

from kompyle.mapping.keys import Key, ignored, lost

_NODE = "it is set for a whole node, in the kubelet's configuration"
_DOCKER = "it tunes the Docker engine, which cluster nodes do not run"
_DISKS = "Kubernetes does not limit the speed of disks"
_WINDOWS = "it is for Windows containers"
_CLASS = "Choose a storage class whose disks are as fast or as slow as needed."
_KUBELET = "Set it in the configuration of the nodes' kubelets, or go without."
_SWAP = "Set memorySwap in the configuration of the nodes' kubelets, or go without."
_PIDS = "Set podPidsLimit in the configuration of the nodes' kubelets."

KEYS: dict[str, Key] = {
    "services.*.attach": ignored("nobody is attached to a cluster's logs"),
    "services.*.blkio_config": lost(_DISKS, _CLASS),
    "services.*.cpu_count": ignored(_WINDOWS),
    "services.*.cpu_percent": ignored(_WINDOWS),
    "services.*.cpu_rt_period": lost(_NODE, _KUBELET),
    "services.*.cpu_rt_runtime": lost(_NODE, _KUBELET),
    "services.*.cpuset": lost(
        _NODE, "Give the kubelet the static CPU manager policy, and ask for whole CPUs."
    ),
    "services.*.credential_spec": lost(
        _WINDOWS, "Make a GMSACredentialSpec on a cluster with Windows nodes."
    ),
    "services.*.develop": ignored("it is for development on one machine"),
    "services.*.isolation": ignored(_WINDOWS),
    "services.*.logging": ignored("the cluster collects what containers print"),
    "services.*.mac_address": lost(
        "the cluster's network gives addresses", "Let what checks it take any address."
    ),
    "services.*.mem_swappiness": lost(_NODE, _SWAP),
    "services.*.memswap_limit": lost(_NODE, _SWAP),
    "services.*.models": lost("run the model as a service of its own"),
    "services.*.oom_kill_disable": lost(
        "Kubernetes always stops what runs out of memory",
        "Raise `mem_limit`, or leave it away.",
    ),
    "services.*.oom_score_adj": lost(
        "Kubernetes derives it from requests and limits",
        "Say requests equal to limits to have it stopped last.",
    ),
    "services.*.pids_limit": lost(_NODE, _PIDS),
    "services.*.deploy.resources.limits.pids": lost(_NODE, _PIDS),
    "services.*.provider": lost("make it in the cluster by other means"),
    "services.*.storage_opt": ignored(_DOCKER),
    "services.*.use_api_socket": lost(
        "cluster nodes do not run Docker",
        "Use the Kubernetes API, or a service that runs an engine of its own.",
    ),
    "models": lost("run the model as a service of its own"),
    "services.*.ulimits": lost(
        "set it in the container runtime of the nodes, if their own limit is too low"
    ),
}
