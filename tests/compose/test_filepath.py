"""Paths are text, treated as in Go."""

import pytest

from kompyle.compose import filepath


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("", ".", id="empty"),
        pytest.param("./d", "d", id="dot"),
        pytest.param("/data//x/../y/", "/data/y", id="all"),
        pytest.param("//a", "/a", id="two-slashes"),
        pytest.param("///a", "/a", id="three-slashes"),
        pytest.param("/..", "/", id="above-root"),
        pytest.param("../../a", "../../a", id="above"),
        pytest.param("a/..", ".", id="nothing-left"),
        pytest.param(r"C:\a\..", r"C:\a\..", id="windows"),
    ],
)
def test_clean(path: str, expected: str) -> None:
    assert filepath.clean(path) == expected


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        pytest.param("/p", "./a", "/p/a", id="relative"),
        pytest.param("/p", "../a", "/a", id="above"),
        pytest.param("/p", "", "/p", id="empty"),
        pytest.param("/p", "/a", "/p/a", id="absolute-is-put-below"),
        pytest.param("/p", "C:\\a", "/p/C:\\a", id="windows"),
        pytest.param("", "a", "a", id="no-base"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_join(base: str, path: str, expected: str) -> None:
    assert filepath.join(base, path) == expected


@pytest.mark.parametrize(
    ("path", "is_absolute", "is_windows_absolute"),
    [
        pytest.param("/a", True, False, id="unix"),
        pytest.param("a", False, False, id="relative"),
        pytest.param("", False, False, id="empty"),
        pytest.param("C:\\", False, True, id="drive"),
        pytest.param("c:/a", False, True, id="drive-slash"),
        pytest.param("c:a", False, False, id="drive-relative"),
        pytest.param("é:/a", False, False, id="no-drive"),
        pytest.param("\\\\srv\\share", False, True, id="share"),
        pytest.param("//srv/share", True, True, id="share-slashes"),
        pytest.param("\\\\srv", False, False, id="server-only"),
        pytest.param("\\\\.\\pipe\\x", False, True, id="pipe"),
    ],
)
def test_absolute(path: str, *, is_absolute: bool, is_windows_absolute: bool) -> None:
    assert filepath.is_absolute(path) == is_absolute
    assert filepath.is_windows_absolute(path) == is_windows_absolute


@pytest.mark.parametrize(
    ("path", "home", "expected"),
    [
        pytest.param("~", "/home/u", "/home/u", id="home"),
        pytest.param("~/d", "/home/u", "/home/u/d", id="below"),
        pytest.param("~user/d", "/home/u", "/home/u/user/d", id="no-user-lookup"),
        pytest.param("a/~", "/home/u", "a/~", id="not-at-the-start"),
        pytest.param("~/d", None, "~/d", id="homeless"),
    ],
)
def test_expand_home(path: str, home: str | None, expected: str) -> None:
    assert filepath.expand_home(path, home) == expected


@pytest.mark.parametrize(
    ("text", "is_remote", "is_context_local"),
    [
        pytest.param("compose.yaml", False, True, id="file"),
        pytest.param("./github.com/x", False, True, id="folder"),
        pytest.param("https://example.com/c.yaml", True, False, id="https"),
        pytest.param("http://example.com", True, False, id="http"),
        pytest.param("git://example.com/r", True, False, id="git"),
        pytest.param("ssh://git@example.com/r", True, False, id="ssh"),
        pytest.param("git@example.com:r.git", True, False, id="scp"),
        pytest.param("github.com/o/r", True, False, id="github"),
        pytest.param("oci://example.com/i", True, False, id="oci"),
        pytest.param("docker-image://alpine", False, False, id="image"),
        pytest.param("service:base", False, False, id="service"),
        pytest.param("oci-layout:x", False, True, id="no-slashes"),
    ],
)
def test_remote(text: str, *, is_remote: bool, is_context_local: bool) -> None:
    assert filepath.is_remote(text) == is_remote
    assert filepath.is_context_local(text) == is_context_local
