"""Users that well-known images run as by themselves, which no Compose file says (R13).

Images are not asked: see decision 20.
"""

import re

from kompyle.compose.service import Service
from kompyle.mapping.listening import image_name

_NUMBERS = {
    "airflow": 50000,
    "alertmanager": 65534,
    "cp-kafka": 1000,
    "cp-schema-registry": 1000,
    "cp-zookeeper": 1000,
    "elasticsearch": 1000,
    "grafana": 472,
    "graylog": 1100,
    "jenkins": 1000,
    "keycloak": 1000,
    "kibana": 1000,
    "logstash": 1000,
    "loki": 10001,
    "mattermost-enterprise-edition": 2000,
    "mattermost-team-edition": 2000,
    "memcached": 11211,
    "n8n": 1000,
    "nexus3": 200,
    "node-red": 1000,
    "opensearch": 1000,
    "opensearch-dashboards": 1000,
    "pgadmin4": 5050,
    "prometheus": 65534,
    "pushgateway": 65534,
    "solr": 8983,
    "sonarqube": 1000,
    "tempo": 10001,
}
_BITNAMI = re.compile(r"(?:[^/]+/)?bitnami(?:legacy|secure)?/.+")
_OF_BITNAMI = 1001
_OFFICIAL = re.compile(r"(?:docker\.io/)?(?:library/)?[^/]+")
"""Names of Docker's official images: nearly all have a shell, and begin as root."""


def own_user(service: Service) -> int | None:
    """Return the number of the image's user, unless the file says another one.

    A group of the same number lets it read and write, whatever its own groups are.
    """
    image = service.image or ""
    if _is_said(service):
        return None
    return _OF_BITNAMI if _BITNAMI.fullmatch(image) else _NUMBERS.get(image_name(image))


def _is_said(service: Service) -> bool:
    return bool((service.text("user") or "").strip(":"))


def begins_as_root(service: Service) -> bool:
    """Whether it is known that the container's first program is root's."""
    if _is_said(service):
        user = (service.text("user") or "").partition(":")[0]
        return user in ("0", "root")
    return is_official(service) and own_user(service) is None


def is_official(service: Service) -> bool:
    """Whether the image is one of Docker's own, which are much alike."""
    return bool(_OFFICIAL.fullmatch(service.image or ""))


def is_known(service: Service) -> bool:
    """Whether a service's user is known, or begins as root to make folders its own."""
    is_told = _is_said(service) or own_user(service) is not None
    return is_told or is_official(service)
