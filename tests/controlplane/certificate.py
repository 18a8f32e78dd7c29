"""A certificate that only we trust, for servers of the tests on this machine."""

import subprocess
from pathlib import Path

_EXTENSIONS = (
    "subjectAltName=IP:127.0.0.1",
    "keyUsage=critical,digitalSignature,keyCertSign",
)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate and its key; return where both are."""
    certificate, key = folder / "tls.crt", folder / "tls.key"
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=tests"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    for extension in _EXTENSIONS:
        command += ["-addext", extension]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
