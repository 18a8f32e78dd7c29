"""What `deploy` says holds: where copies run, how many, how they are replaced."""

from tests.e2e.stack import Stack


def test_a_global_service_is_on_every_node(stack: Stack) -> None:
    stack.wait()
    assert len(stack.pods("each")) == len(stack.get("nodes")["items"])


def test_a_name_leads_to_every_copy(stack: Stack) -> None:
    stack.wait()
    addresses = {pod["status"]["podIP"] for pod in stack.pods("web")}
    said = stack.exec("asker", "nslookup", "-type=a", domain(stack))
    assert len(addresses) == 2
    assert addresses <= set(said.split())


def domain(stack: Stack) -> str:
    """Return the full name: nslookup of busybox knows no search domains."""
    zone = stack.shell("asker", "awk '/^search/{print $2}' /etc/resolv.conf").strip()
    return f"web.{zone}."


def test_memory_is_limited(stack: Stack) -> None:
    stack.wait()
    (spec,) = stack.pods("web")[0]["spec"]["containers"]
    assert spec["resources"]["limits"] == {"cpu": "500m", "memory": "32Mi"}


def test_an_update_is_not_noticed(stack: Stack) -> None:
    stack.wait()
    stack.apply({"VERSION": "2"})
    stack.wait("web")
    said = stack.logs("asker").split()
    assert set(said) == {"1", "2"}
