"""Projects beside the checkout, easily got wrong: each test is named after a folder."""

from pathlib import Path

import pytest

from kompyle.options import Options
from tests.conftest import folders
from tests.fault_cases import Fault, folder_of
from tests.soundness import wrong_mounts

PROBES = {"livenessProbe", "readinessProbe", "startupProbe"}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.fixture
def projects(shared: Path) -> Path:
    found = shared / "benchmark" / "faults"
    if not found.is_dir():
        pytest.skip(f"there is no {found}")
    return found


@pytest.fixture
def fault(projects: Path, request: pytest.FixtureRequest) -> Fault:
    """Return the project that the test is named after."""
    return Fault(projects / folder_of(request.function.__name__))


def test_every_project_has_a_test(projects: Path) -> None:
    tested = {folder_of(name) for name in globals() if name.startswith("test_b")}
    assert {folder.name for folder in folders(projects)} == tested


def test_b01_underscore_name(fault: Fault) -> None:
    """A name that DNS refuses changes everywhere: Service, workload and addresses."""
    objects = fault.convert()
    names = ["client", "front-end"]
    assert objects.names("Service") == objects.names("Deployment") == names
    assert objects.ports("front-end") == [(80, "TCP", 80)]
    assert objects.variables("client") == {"URL": "http://front-end:80"}
    assert objects.warned == {"services.front_end": "renamed-service"}


def test_b02_ports_plus_expose(fault: Fault) -> None:
    """A port that is both published and exposed is one port; a range is many."""
    objects = fault.convert()
    assert objects.ports("api") == [(8080, "TCP", 8080)]
    assert objects.ports("rng") == [(n, "TCP", n) for n in (6000, 6001, 6002)]


def test_b03_healthcheck_shell(fault: Fault) -> None:
    """A text is for the shell, and says who is ready; nobody is killed for it."""
    objects = fault.convert()
    db, web = objects.container("db"), objects.container("web")
    assert PROBES & db.keys() == PROBES & web.keys() == {"readinessProbe"}
    probe = db["readinessProbe"]
    assert probe["exec"]["command"] == ["/bin/sh", "-c", "pg_isready -U postgres"]
    assert (probe["timeoutSeconds"], probe["failureThreshold"]) == (1, 5)
    *_, line = web["readinessProbe"]["exec"]["command"]
    assert line == "curl -f http://localhost || exit 1"


def test_b04_healthcheck_none(fault: Fault) -> None:
    """No test, no probe; whoever counts on the test of the image is warned."""
    objects = fault.convert()
    assert not [n for n in ("a", "b") if PROBES & objects.container(n).keys()]
    assert objects.warned == {"services.b.healthcheck": "unsupported-key"}


def test_b05_secrets_short(fault: Fault) -> None:
    """Secrets of a file, of a variable and of the cluster lie side by side."""
    objects = fault.convert()
    assert objects.names("Secret") == ["db-password", "api-key"]
    assert objects.files("db") == {
        "/run/secrets/db_password": (fault.folder / "pw.txt").read_bytes(),
        "/run/secrets/api_key": b"abc",
        "/run/secrets/ext": None,
    }
    *_, last = objects.mounts("db")["/run/secrets"]["projected"]["sources"]
    assert last["secret"]["name"] == "prod-ext"
    assert objects.variables("db") == {
        "POSTGRES_PASSWORD_FILE": "/run/secrets/db_password",
        "NOTE": "see /run/secrets/README_First",
    }


def test_b07_env_precedence(fault: Fault) -> None:
    """``environment`` wins over ``env_file``, whose variables are filled in."""
    objects = fault.convert(HOME="/home/me")
    assert objects.variables("a") == {"LOG_LEVEL": "debug", "OTHER": "/home/me/x"}


def test_b08_dollar(fault: Fault) -> None:
    """Processes get their dollars as Compose gives them."""
    objects = fault.convert()
    line = "echo $MY_VAR $(date) ${HOME} | awk '{print $1}'"
    assert objects.arguments("a") == ["sh", "-c", line]
    option = "--collector.filesystem.ignored-mount-points"
    assert objects.arguments("exporter") == [f"{option}=^/(sys|proc)($|/)"]


def test_b10_published_vs_target(fault: Fault) -> None:
    """A Service answers on the port that its peers use: the container's."""
    objects = fault.convert()
    assert (80, "TCP", 80) in objects.ports("api")
    assert objects.variables("web") == {"API": "http://api:80"}


def test_b11_loadbalancer(fault: Fault) -> None:
    """Services keep their names, one has both protocols; what labels ask for waits."""
    objects = fault.convert()
    assert objects.names("Service") == ["client", "dns", "web"]
    assert objects.ports("web") == [(80, "TCP", 80)]
    assert objects.ports("dns") == [(53, "UDP", 53), (53, "TCP", 53)]


def test_b12_restart(fault: Fault) -> None:
    """What ends is a Job, tried again as often as the file says."""
    objects = fault.convert()
    tries = {name: objects.spec("Job", name)["backoffLimit"] for name in "noj"}
    assert tries == {"n": 0, "o": 3, "j": 0}
    assert {objects.pod(name).spec["restartPolicy"] for name in "noj"} == {"Never"}
    assert {item["kind"] for item in objects.manifests} == {"Service", "Job"}


def test_b12b_on_failure_n(fault: Fault) -> None:
    """``on-failure:3`` gives a Job three more tries."""
    objects = fault.convert()
    assert objects.spec("Job", "w")["backoffLimit"] == 3
    assert objects.names("Deployment") == ["web"]


def test_b12c_no_plus_controller(fault: Fault) -> None:
    """What runs once stays a Job, whatever is asked for the others."""
    objects = fault.printed()
    assert objects.spec("Job", "m")["template"]["spec"]["restartPolicy"] == "Never"
    assert objects.names("Deployment") == []


def test_b14_network_mode_service(fault: Fault) -> None:
    """Who shares a network shares a Pod, and brings its volumes along."""
    objects = fault.convert()
    assert objects.pod("torrent") == objects.pod("vpn")
    assert objects.names("Deployment") == ["vpn"]
    assert objects.sources("torrent") == {"/config": "persistentVolumeClaim cfg"}
    assert objects.names("PersistentVolumeClaim") == ["cfg"]
    assert objects.warned == {"services.vpn.devices": "unsupported-key"}
    assert not list(wrong_mounts(objects.manifests))


def test_b15_bind_leak(fault: Fault) -> None:
    """Keys become a Secret; the project's folder, with its .env, stays at home."""
    objects = fault.convert()
    key = (fault.folder / "fake-ssh" / "id_ed25519").read_bytes()
    assert objects.files("app") == {str(Path("/root", ".ssh", "id_ed25519")): key}
    assert (objects.names("Secret"), objects.names("ConfigMap")) == (["fake-ssh"], [])
    assert objects.warned == {"services.app.volumes[0]": "unsupported-key"}
    assert "hunter2" not in str(objects.manifests)


def test_b17_bind_binary(fault: Fault) -> None:
    """More than 1 MiB is refused, with advice; nothing is mounted."""
    objects = fault.convert()
    assert objects.names("ConfigMap") == []
    assert objects.sources("a") == {}
    assert objects.warned == {"services.a.volumes[0]": "unsupported-key"}


def test_b17_bind_binary__small(fault: Fault, tmp_path: Path) -> None:
    """What fits arrives byte for byte, in sub-directories and under any name."""
    content = {
        "data/logo.png": (fault.folder / "data" / "logo.png").read_bytes(),
        "data/my file.txt": (fault.folder / "data" / "my file.txt").read_bytes(),
        "data/my_file.txt": b"of the same key",
        "data/sub/dir/\N{SNOWMAN}.bin": b"\xff\0",
    }
    files = fault.with_files(content, tmp_path).files("a")
    assert files == {f"/{name}": data for name, data in content.items()}


def test_b18_rootfs(fault: Fault) -> None:
    """Folders of the system are those of the node; nothing here is read for them."""
    objects = fault.convert()
    sources = objects.sources("cadvisor")
    assert sources == {"/rootfs": "hostPath /", "/sys": "hostPath /sys"}
    listed = objects.container("cadvisor")["volumeMounts"]
    assert all(mount["readOnly"] for mount in listed)
    assert [*objects.warned.values()] == ["host-path", "host-path", "unsupported-key"]
    assert {item["kind"] for item in objects.manifests} == {"Service", "Deployment"}


def test_b19_statefulset(fault: Fault) -> None:
    """A StatefulSet has every volume that its container mounts."""
    objects = fault.printed()
    assert objects.pod("db").owner == "StatefulSet/db"
    assert not list(wrong_mounts(objects.manifests))
    assert objects.sources("db") == {
        "/var/lib/postgresql/data": "persistentVolumeClaim data",
        "/docker-entrypoint-initdb.d/init.sql": "configMap init-sql",
        "/run/postgresql": "emptyDir",
    }
    assert objects.names("PersistentVolumeClaim") == ["data"]
    assert [*objects.files("db").values()] == [b"select 1;\n"]


def test_b21_names(fault: Fault) -> None:
    """Names that Kubernetes refuses become the nearest that it takes."""
    objects = fault.convert()
    spec = objects.pod("my-web-1").spec
    assert (spec["hostname"], spec.get("subdomain")) == ("web", None)
    assert objects.warned == {"services.web.domainname": "unsupported-key"}
    assert objects.names("PersistentVolumeClaim") == ["vhost-d", "my-data"]
    mounts = objects.mounts("my-web-1")
    assert [mounts[place]["name"] for place in ("/v", "/d")] == ["vhost-d", "my-data"]


def test_b23_status_truncation(fault: Fault) -> None:
    """A config arrives whole, whatever its lines say."""
    text = b"health:\n  status:\n    ok: true\nother:\n  keep: me\n"
    assert fault.printed().data("ConfigMap", "cfg") == {"cfg": text}
    assert fault.convert().files("a") == {"/cfg": text}


def test_b24_name_collision(fault: Fault, tmp_path: Path) -> None:
    """Two services of one name are an error that names both."""
    code, said = fault.refused(tmp_path)
    assert (code, "'a_b' and 'a-b'" in said) == (1, True), said


def test_b25b_env_file_name(fault: Fault) -> None:
    """An env file's ConfigMap has a legal name."""
    objects = fault.convert()
    assert objects.names("ConfigMap") == ["config-app-prod-env"]
    assert objects.variables("a") == {"A": "1"}


def test_b28_volume_parse_error(fault: Fault) -> None:
    """A volume that cannot be had costs no other; a newer server has it."""
    objects = fault.convert()
    data = {"/var/lib/data": "persistentVolumeClaim data"}
    assert objects.sources("b") == data
    assert objects.warned == {"services.b.volumes[1]": "unsupported-key"}
    assert "--kubernetes-version 1.35" in fault.run("--stdout").stderr
    newer = fault.convert(Options(kubernetes=(1, 35)))
    assert newer.sources("b") == data | {"/img": "image nginx:latest"}
    assert not newer.warned


def test_b29_hostpath_flag(fault: Fault) -> None:
    """Paths of nodes are for bind mounts; named volumes stay claims."""
    sources = {"/y": "persistentVolumeClaim data", "/z": "hostPath /srv/x"}
    assert fault.printed().sources("a") == sources


def test_b30_replicas_zero(fault: Fault) -> None:
    """None is a number of replicas too; a Job has two runs at once."""
    objects = fault.printed()
    assert objects.spec("Deployment", "off")["replicas"] == 0
    job = objects.spec("Job", "job")
    assert job["completions"] == job["parallelism"] == 2


def test_b32_placement(fault: Fault) -> None:
    """Every constraint arrives, so that nothing is lost under ``strict``."""
    pod = fault.convert(Options(strict=True)).pod("a")
    affinity = pod.spec["affinity"]
    [term] = affinity["nodeAffinity"][REQUIRED]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [
        {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"},
        {"key": "zone", "operator": "In", "values": ["eu"]},
        {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]},
    ]
    [rule] = affinity["podAntiAffinity"][REQUIRED]
    assert rule["topologyKey"] == "kubernetes.io/hostname"
    assert rule["labelSelector"]["matchLabels"].items() <= pod.labels.items()


def test_b34_replicationcontroller(fault: Fault, tmp_path: Path) -> None:
    """A controller that is not known is a mistake of the call."""
    code, said = fault.refused(tmp_path)
    assert (code, "'replicationController'" in said) == (2, True), said


def test_b36_update_config_openshift(fault: Fault, tmp_path: Path) -> None:
    """There is no provider to choose; without it, updates stop first, two at a time."""
    code, said = fault.refused(tmp_path)
    assert (code, "--provider" in said) == (2, True), said
    assert fault.convert().spec("Deployment", "b")["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 2},
    }


def test_b37_env_order_determinism(fault: Fault) -> None:
    """Every run prints the same bytes."""
    runs = [fault.run("--stdout", PYTHONHASHSEED=seed) for seed in "123"]
    [printed] = {done.stdout for done in runs}
    assert printed
