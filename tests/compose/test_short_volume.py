"""The short form of mounts, with Windows drives and options."""

from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompyle.compose import short_volume
from kompyle.compose.short_volume import ShortVolume

Bind = partial(ShortVolume, "bind", bind=True)
Named = partial(ShortVolume, "volume", volume=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("/data", Named(None, "/data"), id="anonymous"),
        pytest.param("./data", Named(None, "./data"), id="anonymous-relative"),
        pytest.param("/a", ShortVolume("volume", None, "/a"), id="two-characters"),
        pytest.param("a:", ShortVolume("volume", None, "a:"), id="drive-only"),
        pytest.param("a:/a", Named(None, "a:/a"), id="one-letter-name"),
        pytest.param("0:/a", Named("0", "/a"), id="one-digit-name"),
        pytest.param("data:/d", Named("data", "/d"), id="named"),
        pytest.param("da/ta:/d", Named("da/ta", "/d"), id="named-with-slash"),
        pytest.param("./d:/d", Bind("./d", "/d"), id="relative"),
        pytest.param("..:/d", Bind("..", "/d"), id="parent"),
        pytest.param("/s:/d", Bind("/s", "/d"), id="absolute"),
        pytest.param("~user/d:/d", Bind("~user/d", "/d"), id="home"),
        pytest.param("data:/d//x/", Named("data", "/d//x/"), id="not-cleaned"),
        pytest.param("C:\\s:/d", Bind("C:\\s", "/d"), id="drive"),
        pytest.param(
            "C:\\s:D:\\d:ro", Bind("C:\\s", "D:\\d", read_only=True), id="drives"
        ),
        pytest.param("\\\\srv\\x:/d", Bind("\\\\srv\\x", "/d"), id="share"),
        pytest.param("\\\\.\\pipe\\x:/d", Bind("\\\\.\\pipe\\x", "/d"), id="pipe"),
        pytest.param("/s:/${A:-b:{c}}/d", Bind("/s", "/${A:-b:{c}}/d"), id="variable"),
        pytest.param("/s:/d:ro", Bind("/s", "/d", read_only=True), id="read-only"),
        pytest.param("/s:/d:ro,rw", Bind("/s", "/d", writable=True), id="rw-again"),
        pytest.param("/s:/d:rw,ro", Bind("/s", "/d", read_only=True), id="ro-again"),
        pytest.param("/s:/d:z,Z", Bind("/s", "/d", selinux="Z"), id="selinux"),
        pytest.param(
            "/s:/d:rslave", Bind("/s", "/d", propagation="rslave"), id="slave"
        ),
        pytest.param(
            "vol:/d:z", Named("vol", "/d", selinux="z", bind=True), id="named-bind"
        ),
        pytest.param("v1:/d:nocopy", Named("v1", "/d", nocopy=True), id="no-copy"),
        pytest.param(
            "/s:/d:nocopy",
            Bind("/s", "/d", nocopy=True, volume=True),
            id="bind-no-copy",
        ),
        pytest.param(
            "/s:/d:cached,ro,foo",
            Bind("/s", "/d", read_only=True, unknown_options=("cached", "foo")),
            id="unknown-options",
        ),
        pytest.param(
            "/s:/d:z:x",
            Bind("/s", "/d", unknown_options=("z:x",)),
            id="drive-as-option",
        ),
    ],
)
def test_mount(text: str, expected: ShortVolume) -> None:
    assert short_volume.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "the volume is empty; write source:target", id="empty"),
        pytest.param(":/d", "nothing on one side of a colon", id="no-source"),
        pytest.param("data:", "nothing on one side of a colon", id="no-target"),
        pytest.param("data::/d", "nothing on one side of a colon", id="two-colons"),
        pytest.param("/s:/d:", "nothing on one side of a colon", id="no-options"),
        pytest.param("/s:/d:ro:Z", "too many colons; put commas", id="four-parts"),
    ],
)
def test_refusal_tells_a_way_out(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        short_volume.parse(text)


@given(st.text() | st.text(st.sampled_from("aC:/\\.~${},roz")))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert short_volume.parse(text).target
