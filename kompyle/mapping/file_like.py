"""Tell by its name whether a path is that of a file, where nothing is to be looked at.

An empty folder in the place of a file is in the way: where the image has a file there,
the container does not start.
"""

import re

_ENDING = re.compile(
    r".*\.(?:bin|cfg|cnf|conf|crt|csv|db|env|html|ini|jar|js|json|key|log|lua|p12|pem|php"
    r"|properties|pub|py|sh|so(?:\.[0-9.]+)?|sock|sql|sqlite3?|tmpl|templ|toml|txt|xml|ya?ml)"
)
_OF_SYSTEM = re.compile(
    r"/etc/(?:crontab|environment|fstab|group|gshadow|hostname|hosts|machine-id|os-release"
    r"|passwd|shadow|sub[gu]id|sudoers)"
    r"|(?:/usr(?:/local)?)?/s?bin/[^/]+|/(?:usr/lib/os-release|var/lib/dbus/machine-id)"
)
_OF_HOME = re.compile(
    r".*/(?:\.(?:[a-z]+rc|bash_\w+|\w+_history|git-credentials|gitconfig|pgpass|profile"
    r"|Xauthority)|authorized_keys|id_(?:rsa|dsa|ecdsa|ed25519)|known_hosts)"
)


def is_file_like(path: str) -> bool:
    """Whether a path looks like that of a file.

    >>> is_file_like("/etc/nginx/nginx.conf"), is_file_like("/etc/nginx/conf.d")
    (True, False)
    """
    return any(p.fullmatch(path) for p in (_ENDING, _OF_SYSTEM, _OF_HOME))
