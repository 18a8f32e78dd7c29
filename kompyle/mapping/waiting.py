"""The init container that waits for other services, and what it may ask the API."""

from kompyle.mapping.expansion import literal
from kompyle.mapping.fragment import Manifest
from kompyle.names import labels, shortened

_TOKEN_FOLDER = "/var/run/kompyle"  # noqa: S105 - a folder
_TOKEN_VOLUME = "wait-token"  # noqa: S105 - a name
_SECURITY: Manifest = {
    "runAsUser": 65534,
    "runAsGroup": 65534,
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
_NAMESPACE: Manifest = {
    "path": "namespace",
    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
}
_TOKEN_SOURCES: list[Manifest] = [
    {"serviceAccountToken": {"path": "token", "expirationSeconds": 3600}},
    {
        "configMap": {
            "name": "kube-root-ca.crt",  # the cluster puts it into every namespace
            "optional": True,
            "items": [{"key": "ca.crt", "path": "ca.crt"}],
        }
    },
    {"downwardAPI": {"items": [_NAMESPACE]}},
]
"""What a Pod's own account would be given, had it not been switched off."""

_RESOURCES: Manifest = {"requests": {"cpu": "5m", "memory": "8Mi"}}
_READY = (
    "zone=$(awk '/^search/{{print $2; exit}}' /etc/resolv.conf); "
    'until nslookup "{host}.$zone." >/dev/null 2>&1; do '
    'echo "waiting for {name} to be ready"; sleep 1; done'
)
_OPTIONAL = (
    "zone=$(awk '/^search/{{print $2; exit}}' /etc/resolv.conf); "
    "end=$(($(date +%s) + {limit})); "
    'until nslookup "{host}.$zone." >/dev/null 2>&1; do '
    'if [ "$(date +%s)" -ge "$end" ]; then echo "going on without {name}"; break; fi; '
    'echo "waiting for {name} to be ready"; sleep 1; done'
)
_JOB = """\
api=https://kubernetes.default.svc/apis/batch/v1
ask() {{
  curl -sS --fail --max-time 10 --cacert {folder}/ca.crt \\
    -H "Authorization: Bearer $(cat {folder}/token)" \\
    "$api/namespaces/$(cat {folder}/namespace)/jobs/{name}" | tr -d ' \\n'
}}
until ask | grep -q {done}; do
  if ask | grep -q '"type":"Failed","status":"True"'; then
    echo "the job {name} has failed"
    {failed}
  fi
  echo "waiting for the job {name} to {wanted}"
  sleep 2
done"""
_COMPLETE = """'"type":"Complete","status":"True"'"""
_AT_WORK = """-e '"ready":{ready}[,}}]' -e """


def wait_for_ready(name: str, host: str, limit: int | None) -> str:
    """Write a shell command that ends when *host*, a headless Service, has an address.

    With a *limit* it ends after so many seconds anyway.  The short name would not do:
    busybox asks every search domain.
    """
    text = _READY if limit is None else _OPTIONAL
    return text.format(name=name, host=host, limit=limit)


def wait_for_job(name: str, *, ready: int | None, is_required: bool) -> str:
    """Write a shell command that ends when a Job is complete, and fails if it did.

    With *ready* it ends as soon as so many Pods of the Job are.  Docker Compose starts
    a service all the same if one that it does not require has failed.
    """
    working = "" if ready is None else _AT_WORK.format(ready=ready)
    return _JOB.format(
        name=name,
        folder=_TOKEN_FOLDER,
        done=working + _COMPLETE,
        wanted="complete" if ready is None else "be ready",
        failed="exit 1" if is_required else "break",
    )


def wait_container(name: str, lines: list[str], image: str) -> Manifest:
    """Build an init container; it satisfies the restricted Pod Security level."""
    return {
        "name": name,
        "image": image,
        "command": ["/bin/sh", "-ec"],
        "args": literal(["\n".join(lines)]),
        "resources": _RESOURCES,
        "securityContext": _SECURITY,
    }


def api_container(name: str, lines: list[str], image: str) -> Manifest:
    """Build an init container that asks the API server, with a token of its own."""
    mount = {"name": _TOKEN_VOLUME, "mountPath": _TOKEN_FOLDER, "readOnly": True}
    return wait_container(name, lines, image) | {"volumeMounts": [mount]}


def job_reader(
    service: str, project: str, jobs: list[str]
) -> tuple[str, list[Manifest], tuple[Manifest, ...]]:
    """Return an account that may read *jobs* alone, its token's volume, its objects."""
    name = shortened(f"{service}-wait")
    metadata = {"name": name, "labels": labels(service, project)}
    volume = {"name": _TOKEN_VOLUME, "projected": {"sources": _TOKEN_SOURCES}}
    rule = {
        "apiGroups": ["batch"],
        "resources": ["jobs"],
        "resourceNames": sorted(set(jobs)),
        "verbs": ["get"],
    }
    api = "rbac.authorization.k8s.io"
    objects = (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {
            "apiVersion": f"{api}/v1",
            "kind": "Role",
            "metadata": metadata,
            "rules": [rule],
        },
        {
            "apiVersion": f"{api}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": api, "kind": "Role", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name}],
        },
    )
    return name, [volume], objects
