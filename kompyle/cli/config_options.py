"""The options of ``config``: what it lists, and which passes it leaves out."""

from dataclasses import dataclass
from typing import Annotated

from kompyle.cli.options import flag


@dataclass(frozen=True, slots=True)
class Lists:
    """What ``config`` can list instead of the model."""

    list_services: Annotated[bool, flag("--services", help="List services.")] = False
    list_volumes: Annotated[bool, flag("--volumes", help="List volumes.")] = False
    list_networks: Annotated[bool, flag("--networks", help="List networks.")] = False
    list_profiles: Annotated[bool, flag("--profiles", help="List profiles.")] = False
    list_images: Annotated[bool, flag("--images", help="List images.")] = False
    list_environment: Annotated[
        bool, flag("--environment", help="List known variables.")
    ] = False
    variables: Annotated[bool, flag("--variables", help="List used variables.")] = False
    hash: Annotated[
        str | None, flag("--hash", help="Hash of services (a,b); * is all.")
    ] = None


@dataclass(frozen=True, slots=True)
class Passes:
    """Which passes of reading ``config`` leaves out."""

    no_interpolate: Annotated[
        bool, flag("--no-interpolate", help="Leave variables as they are.")
    ] = False
    no_normalize: Annotated[
        bool, flag("--no-normalize", help="Add no defaults and names.")
    ] = False
    no_path_resolution: Annotated[
        bool, flag("--no-path-resolution", help="Leave paths relative.")
    ] = False
    no_consistency: Annotated[
        bool, flag("--no-consistency", help="Do not check references.")
    ] = False
    no_env_resolution: Annotated[
        bool, flag("--no-env-resolution", help="Do not read env files.")
    ] = False
