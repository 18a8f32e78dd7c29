"""The options, in the groups that commands share."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer


def flag(*names: str, help: str) -> typer.models.OptionInfo:  # noqa: A002 - Typer's word
    found = typer.Option(*names, help=help)
    assert isinstance(found, typer.models.OptionInfo)
    return found


Services = Annotated[
    list[str] | None,
    typer.Argument(help="Services to take, with what they depend on; none is all."),
]

Yes = Annotated[bool, typer.Option("-y", "--yes", help="Say yes to all questions.")]
Timeout = Annotated[str, typer.Option("--timeout", help="Longest wait, as 90s.")]


class Format(StrEnum):
    YAML = "yaml"
    JSON = "json"


class Narrated(StrEnum):
    TEXT = "text"
    JSON = "json"


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class PullPolicy(StrEnum):
    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class Controller(StrEnum):
    DEPLOYMENT = "deployment"
    STATEFULSET = "statefulset"
    DAEMONSET = "daemonset"


class Volumes(StrEnum):
    CLAIM = "claim"
    EMPTYDIR = "emptydir"
    HOSTPATH = "hostpath"
    CONFIGMAP = "configmap"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which project: the options of docker compose, before a command and after it."""

    file: Annotated[
        list[str] | None, flag("-f", "--file", help="Compose file; - is stdin.")
    ] = None
    project_name: Annotated[
        str | None, flag("-p", "--project-name", help="Project name.")
    ] = None
    project_directory: Annotated[
        str | None,
        flag("--project-directory", help="Folder that relative paths start from."),
    ] = None
    profile: Annotated[
        list[str] | None, flag("--profile", help="Profile to take in; * is all.")
    ] = None
    env_file: Annotated[
        list[str] | None, flag("--env-file", help="File of variables.")
    ] = None
    all_resources: Annotated[
        bool, flag("--all-resources", help="Take what no service uses, too.")
    ] = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What manifests are like; the fields of :class:`kompyle.Options`."""

    namespace: Annotated[
        str | None, flag("-n", "--namespace", help="Namespace of the objects.")
    ] = None
    create_namespace: Annotated[
        bool, flag("--create-namespace", help="Add the Namespace itself.")
    ] = False
    controller: Annotated[
        Controller, flag("--controller", help="Kind of what stays running.")
    ] = Controller.DEPLOYMENT
    volumes: Annotated[
        Volumes, flag("--volumes", help="What volumes and bind mounts become.")
    ] = Volumes.CLAIM
    volume_size: Annotated[str, flag("--volume-size", help="Size of claims.")] = "1Gi"
    storage_class: Annotated[
        str | None, flag("--storage-class", help="Storage class of claims.")
    ] = None
    image_pull_policy: Annotated[
        PullPolicy | None, flag("--image-pull-policy", help="When images are pulled.")
    ] = None
    allow_host_paths: Annotated[
        bool, flag("--allow-host-paths", help="Mount paths of the nodes.")
    ] = False
    allow_unsafe_sysctls: Annotated[
        bool,
        flag("--allow-unsafe-sysctls", help="Set what kubelets have to allow first."),
    ] = False
    kubernetes_version: Annotated[
        str, flag("--kubernetes-version", help="Oldest server that must accept it.")
    ] = "1.31"
    strict: Annotated[
        bool, flag("--strict", help="Take anything lost for an error.")
    ] = False


@dataclass(frozen=True, slots=True)
class Where:
    """Which cluster; ``--namespace`` is here for commands that convert nothing."""

    kube_context: Annotated[
        str | None, flag("--context", help="Context of the kubeconfig.")
    ] = None
    kubeconfig: Annotated[
        str | None, flag("--kubeconfig", help="Path of the kubeconfig.")
    ] = None
    request_timeout: Annotated[
        str, flag("--request-timeout", help="Longest time of one request, as 30s.")
    ] = "60s"


@dataclass(frozen=True, slots=True)
class Named:
    """The namespace, for commands that convert nothing."""

    namespace: Annotated[
        str | None, flag("-n", "--namespace", help="Namespace of the project.")
    ] = None


@dataclass(frozen=True, slots=True)
class Deploying:
    """How ``up`` deploys."""

    dry_run: Annotated[
        bool, flag("--dry-run", help="Ask the server, but change nothing.")
    ] = False
    wait: Annotated[
        bool, flag("--wait/--no-wait", help="Wait until everything works.")
    ] = True
    detach: Annotated[bool, flag("-d", "--detach", help="The same as --no-wait.")] = (
        False
    )
    timeout: Annotated[str, flag("--timeout", help="Longest wait, as 90s.")] = "10m"
    prune: Annotated[
        bool, flag("--prune/--no-prune", help="Delete what is left over.")
    ] = True
    atomic: Annotated[
        bool, flag("--atomic", help="Go back to the last revision if it fails.")
    ] = False
    force_conflicts: Annotated[
        bool, flag("--force-conflicts", help="Take over fields that others set.")
    ] = False
    recreate: Annotated[
        bool, flag("--recreate", help="Make anew what cannot be changed.")
    ] = False
    adopt: Annotated[
        bool, flag("--adopt", help="Take over objects that exist already.")
    ] = False
    adopt_owned: Annotated[
        bool, flag("--adopt-owned", help="Even those of Helm, Argo CD and others.")
    ] = False
    concurrency: Annotated[
        int, flag("--concurrency", help="Requests at the same time.")
    ] = 16
    yes: Annotated[bool, flag("-y", "--yes", help="Say yes to all questions.")] = False
    build: Annotated[
        bool, flag("--build", help="Build images first, and push them.")
    ] = False
    print_rbac: Annotated[
        bool, flag("--print-rbac", help="Print the least Role that this takes.")
    ] = False


@dataclass(frozen=True, slots=True)
class Removing:
    """What ``down`` removes."""

    volumes: Annotated[
        bool, flag("-v", "--volumes", help="Delete volumes, with their data.")
    ] = False
    delete_namespace: Annotated[
        bool, flag("--delete-namespace", help="Delete the namespace that up made.")
    ] = False
    wait: Annotated[
        bool, flag("--wait/--no-wait", help="Wait until all Pods have ended.")
    ] = True


@dataclass(frozen=True, slots=True)
class Narration:
    """In what form a run is told."""

    output: Annotated[
        Narrated, flag("--output", help="json prints each event on a line.")
    ] = Narrated.TEXT


@dataclass(frozen=True, slots=True)
class Output:
    """Where manifests and the report go."""

    out: Annotated[
        str, flag("-o", "--out", help="Folder, .yaml or .json file, or - to print.")
    ] = "k8s"
    stdout: Annotated[bool, flag("--stdout", help="The same as -o -.")] = False
    format: Annotated[
        Format | None, flag("--format", help="yaml, unless the file's name says json.")
    ] = None
    report: Annotated[
        str | None,
        flag("--report", help="JSON file of what became of each key; - prints."),
    ] = None
    force: Annotated[bool, flag("--force", help="Overwrite files of others.")] = False


@dataclass(frozen=True, slots=True)
class Tone:
    """How a run is told, for commands that have no notes of files to tell."""

    quiet: Annotated[bool, flag("-q", "--quiet", help="Only tell errors.")] = False
    color: Annotated[Color, flag("--color", help="Colours.")] = Color.AUTO


@dataclass(frozen=True, slots=True)
class Loudness:
    """How much is said."""

    quiet: Annotated[bool, flag("-q", "--quiet", help="Only tell errors.")] = False
    verbose: Annotated[
        bool, flag("-v", "--verbose", help="Tell every note by itself.")
    ] = False
    color: Annotated[Color, flag("--color", help="Colours.")] = Color.AUTO
