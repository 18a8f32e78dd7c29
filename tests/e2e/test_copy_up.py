"""An empty volume is filled with what the image has there; a full one is left alone."""

from tests.e2e.stack import Stack


def test_content_of_the_image_is_in_the_volume(stack: Stack) -> None:
    stack.wait()
    page = stack.exec("site", "cat", "/usr/share/nginx/html/index.html")
    assert "Welcome to nginx!" in page
    assert stack.exec("reader", "cat", "/html/index.html") == page


def test_owner_and_mode_are_kept(stack: Stack) -> None:
    stack.wait()
    folders = ("/var/local", "/var/tmp")  # noqa: S108 - places of the container
    found = stack.exec("reader", "stat", "-c", "%u:%g %a", *folders)
    assert found.splitlines() == ["0:50 2775", "0:0 1777"]


def test_nothing_is_copied_if_the_file_says_so(stack: Stack) -> None:
    stack.wait()
    assert stack.exec("reader", "ls", "-A", "/etc/skel") == ""


def test_what_others_brought_stays(stack: Stack) -> None:
    stack.wait()
    folder = "/usr/share/nginx/html"
    assert stack.exec("seeded", "ls", "-A", folder) == "index.html\n"
    assert stack.exec("seeded", "cat", f"{folder}/index.html") == "seeded\n"
    assert stack.exec("seeded", "stat", "-c", "%u:%g %a", folder) == "7:8 751\n"


def test_a_change_outlives_the_pod(stack: Stack) -> None:
    stack.wait()
    page = "/usr/share/nginx/html/index.html"
    stack.shell("site", f"echo changed > {page}")
    stack.kubectl("delete", "pod", "--selector=app.kubernetes.io/name=site")
    stack.wait("site")
    assert stack.exec("site", "cat", page) == "changed\n"
