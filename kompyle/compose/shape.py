"""The shape of a Compose model: every key with the type that it is bound to."""

from kompyle.compose.bind import (
    Binder,
    list_of,
    map_of,
    struct,
    struct_or_empty,
)
from kompyle.compose.bind_forms import (
    build_ulimit,
    discrete_resource,
    environment,
    health_test,
    hosts,
    pairs,
    provider_options,
    ssh_keys,
    ulimits,
    words,
)
from kompyle.compose.bind_scalars import (
    device_count,
    file_mode,
    flag,
    integer,
    kept_flag,
    kept_integer,
    kept_size,
    kept_text,
    nonzero_time_span,
    nullable_text,
    number,
    opt_out,
    plain_integer,
    size,
    text,
    time_span,
    unsigned,
    weight,
)

texts = list_of(text)
labels = pairs("")
options = map_of(nullable_text)


def _each(binder: Binder, keys: str) -> dict[str, Binder]:
    return dict.fromkeys(keys.split(), binder)


_ULIMITS = ulimits
_FILE_REFERENCE = struct(_each(text, "source target uid gid") | {"mode": file_mode})
_DEVICE_REQUEST = struct(
    {
        "capabilities": texts,
        "driver": text,
        "count": device_count,
        "device_ids": texts,
        "options": labels,
    }
)
_HOOK: dict[str, Binder] = {
    "command": words,
    "environment": environment,
    "image": text,
    "per_replica": kept_flag,
    "privileged": flag,
    "user": text,
    "working_dir": text,
}
_BUILD = struct(
    _each(text, "context dockerfile dockerfile_inline isolation network")
    | _each(text, "provenance sbom target")
    | _each(texts, "cache_from cache_to entitlements no_cache_filter platforms tags")
    | _each(flag, "no_cache privileged pull")
    | {
        "additional_contexts": options,
        "args": pairs(None),
        "extra_hosts": hosts,
        "labels": labels,
        "secrets": list_of(_FILE_REFERENCE),
        "shm_size": size,
        "ssh": ssh_keys,
        "ulimits": map_of(build_ulimit),
    }
)
_LIMITS = {"cpus": number, "memory": size, "pids": integer}
_RESERVATIONS = _LIMITS | {
    "devices": list_of(_DEVICE_REQUEST),
    "generic_resources": list_of(
        struct(
            {
                "discrete_resource_spec": discrete_resource,
            }
        )
    ),
}
_UPDATE = struct(
    {
        "parallelism": unsigned,
        "delay": nonzero_time_span,
        "failure_action": text,
        "monitor": nonzero_time_span,
        "max_failure_ratio": number,
        "order": text,
    }
)
_DEPLOY = struct(
    {
        "mode": text,
        "replicas": kept_integer,
        "labels": labels,
        "update_config": _UPDATE,
        "rollback_config": _UPDATE,
        "resources": struct(
            {"limits": struct(_LIMITS), "reservations": struct(_RESERVATIONS)},
            keep_empty=False,
        ),
        "restart_policy": struct(
            {
                "condition": text,
                "delay": time_span,
                "max_attempts": unsigned,
                "window": time_span,
            }
        ),
        "placement": struct(
            {
                "constraints": texts,
                "preferences": list_of(struct({"spread": text})),
                "max_replicas_per_node": integer,
            },
            keep_empty=False,
        ),
        "endpoint_mode": text,
    }
)
_HEALTHCHECK = struct(
    _each(time_span, "interval timeout start_period start_interval")
    | {"test": health_test, "retries": unsigned, "disable": flag}
)
_PORT = struct(
    _each(text, "name mode host_ip published protocol app_protocol")
    | {"target": integer}
)
_VOLUME_MOUNT = struct(
    _each(text, "type source target consistency")
    | {
        "read_only": flag,
        "bind": struct(
            _each(text, "propagation recursive selinux") | {"create_host_path": opt_out}
        ),
        "volume": struct({"labels": labels, "nocopy": flag, "subpath": text}),
        "tmpfs": struct({"size": size, "mode": plain_integer}),
        "image": struct({"subpath": text}),
    }
)
_RATE = list_of(struct({"path": text, "rate": kept_size}))
_BLKIO = struct(
    _each(_RATE, "device_read_bps device_read_iops device_write_bps device_write_iops")
    | {
        "weight": weight,
        "weight_device": list_of(struct({"path": text, "weight": weight})),
    }
)
_ATTACHMENT = struct(
    _each(text, "interface_name ipv4_address ipv6_address mac_address")
    | _each(texts, "aliases link_local_ips")
    | _each(integer, "gw_priority priority")
    | {"driver_opts": options}
)
_WATCH = struct(
    _each(text, "path action target")
    | _each(texts, "ignore include")
    | {"exec": struct(_HOOK, keep_empty=False), "initial_sync": flag}
)
_SERVICE = (
    _each(
        text,
        "cgroup cgroup_parent container_name cpuset domainname hostname image ipc "
        "isolation mac_address pid platform pull_policy restart runtime "
        "stop_signal user userns_mode uts working_dir",
    )
    | _each(
        texts,
        "cap_add cap_drop device_cgroup_rules dns dns_opt dns_search expose "
        "external_links group_add label_file links security_opt tmpfs "
        "volumes_from",
    )
    | _each(flag, "oom_kill_disable privileged read_only stdin_open tty use_api_socket")
    | _each(
        integer,
        "cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares "
        "oom_score_adj pids_limit",
    )
    | _each(size, "mem_limit mem_reservation memswap_limit mem_swappiness shm_size")
    | _each(labels, "annotations labels sysctls")
    | _each(words, "command entrypoint")
    | _each(kept_flag, "attach init")
    | _each(number, "cpu_percent cpus")
    | _each(list_of(struct(_HOOK)), "post_start pre_start pre_stop")
    | _each(list_of(_FILE_REFERENCE), "configs secrets")
    | {
        "blkio_config": _BLKIO,
        "build": _BUILD,
        "credential_spec": struct(_each(text, "config file registry")),
        "depends_on": map_of(
            struct({"condition": text, "restart": flag, "required": kept_flag})
        ),
        "deploy": _DEPLOY,
        "develop": struct({"watch": list_of(_WATCH)}),
        "devices": list_of(struct(_each(text, "source target permissions"))),
        "env_file": list_of(
            struct({"path": text, "required": opt_out, "format": text})
        ),
        "environment": environment,
        "extra_hosts": hosts,
        "gpus": list_of(_DEVICE_REQUEST),
        "healthcheck": _HEALTHCHECK,
        "logging": struct({"driver": text, "options": pairs("")}),
        "models": map_of(struct(_each(text, "endpoint_var model_var"))),
        "networks": map_of(_ATTACHMENT),
        "ports": list_of(_PORT),
        "provider": struct({"type": text, "options": provider_options}),
        "network_mode": kept_text,  # the empty one still means: no networks
        "profiles": list_of(kept_text),
        "scale": kept_integer,
        "stop_grace_period": time_span,
        "storage_opt": labels,
        "ulimits": _ULIMITS,
        "volumes": list_of(_VOLUME_MOUNT),
    }
)
_NETWORK = (
    _each(text, "name driver")
    | _each(flag, "external internal attachable")
    | _each(kept_flag, "enable_ipv4 enable_ipv6")
    | {
        "driver_opts": options,
        "labels": labels,
        "ipam": struct(
            {
                "driver": text,
                "options": options,
                "config": list_of(
                    struct(
                        _each(text, "subnet ip_range gateway")
                        | {"aux_addresses": options}
                    )
                ),
            },
            keep_empty=False,
        ),
    }
)
_VOLUME: dict[str, Binder] = {
    "name": text,
    "driver": text,
    "driver_opts": options,
    "external": flag,
    "labels": labels,
}
_FILE_OBJECT = _VOLUME | _each(text, "file environment content template_driver")
_MODEL: dict[str, Binder] = {
    "name": text,
    "model": text,
    "context_size": integer,
    "runtime_flags": texts,
}

MODEL = struct(
    {
        "name": text,
        "services": map_of(struct(_SERVICE)),
        "networks": map_of(struct_or_empty(_NETWORK)),
        "volumes": map_of(struct_or_empty(_VOLUME)),
        "secrets": map_of(struct_or_empty(_FILE_OBJECT)),
        "configs": map_of(struct_or_empty(_FILE_OBJECT)),
        "models": map_of(struct(_MODEL)),
    }
)
"""Binds a whole model."""
