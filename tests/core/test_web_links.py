"""Links under the server's own address, and the address itself, as operators write it."""

import pytest

from chappe.core import web_links

HASH = "aB3_-xyzAB12cdEF"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://chat.example.org", "https://chat.example.org"),
        (" HTTPS://Chat.Example.org/ ", "https://chat.example.org"),
        ("https://chat.example.org:443", "https://chat.example.org"),
        ("http://localhost:8443", "http://localhost:8443"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_one_form(given: str, address: str) -> None:
    """However it is written; kept it is taken again as it stands."""
    assert web_links.clean_address(given) == address
    assert web_links.clean_address(address) == address


@pytest.mark.parametrize(
    "given",
    [
        "",
        "chat.example.org",
        "//chat.example.org",
        "ftp://chat.example.org",
        "javascript://chat.example.org",
        "https://",
        "https://:443",
        "https://chat.example.org/chat",
        "https://chat.example.org/?a=1",
        "https://chat.example.org/#a",
        "https://ada@chat.example.org",
        "https://ada:x@chat.example.org",
        "https://chat.example.org:0",
        "https://chat.example.org:65536",
        "https://chat.example.org:x",
        "https://chat..example.org",
        "https://-chat.example.org",
        "https://chat_.example.org",
        "https://bücher.example",
        "https://chat example.org",
        'https://chat.example.org"><script>',
        "https://chat.example.org\\@evil.example",
        "https://" + "a." * 127 + "org",
        "https://[::1",
        "https://[v1.x]",
        "https://[fe80::1%25eth0]",
        "https://[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    """A path, a name that is none, somebody's password: none of it may stand before links."""
    with pytest.raises(ValueError, match=web_links.NO_ADDRESS):
        web_links.clean_address(given)


@pytest.mark.parametrize(
    "given",
    [
        HASH,
        "+" + HASH,
        f"https://t.me/+{HASH}",
        f"https://t.me/joinchat/{HASH}",
        f"https://telegram.me/+{HASH}/",
        f"t.me/+{HASH}",
        f"http://localhost:8443/+{HASH}",
        f"https://chat.example.org/+{HASH}?from=mail#top",
        f"tg://join?invite={HASH}",
        f"tg:join?invite={HASH}",
        f"TG://join?x=1&invite={HASH}",
        f"https://chat.example.org/addlist/{HASH}",
        f"tg://addlist?slug={HASH}",
        f"tg://contact?token={HASH}",
    ],
)
def test_the_code_of_a_link_is_found_in_every_form(given: str) -> None:
    """Whether the client sends the code alone, a link of Telegram's hosts, our own, or an app's."""
    assert web_links.code_in_link(given) == HASH


@pytest.mark.parametrize(
    "given", ["", "/", "tg:", "tg://join", "tg://join?invite=", "https://t.me/+"]
)
def test_a_link_without_a_code_has_none(given: str) -> None:
    """Nothing is made up in its place."""
    assert web_links.code_in_link(given) == ""


def test_no_code_is_longer_than_one_may_be() -> None:
    """However long what a client sends, and in whichever form."""
    for given in ("x" * 9_999, "https://t.me/+" + "x" * 9_999, "tg://join?invite=" + "x" * 9_999):
        assert web_links.code_in_link(given) == "x" * web_links.CODE_CHARACTERS_MAX


@pytest.mark.parametrize(
    "given",
    [
        "tg:?" + "a&" * 9_999,
        "tg:?" + "a=1&" * 9_999,
        "tg:?" + "%" * 9_999,
        "tg:?invite=%ff%00",
        "tg:?;?;",
    ],
)
def test_a_link_that_means_harm_is_read_all_the_same(given: str) -> None:
    """As one without a code, or with one that is none."""
    assert len(web_links.code_in_link(given)) < 8


def test_links_stand_under_the_address() -> None:
    """And the code of each is read back, from the very link or from the one with Telegram's host."""
    here = "https://chat.example.org"
    made = [
        web_links.chat_invite_link(here, HASH),
        web_links.shared_folder_link(here, HASH),
        web_links.contact_link(here, HASH),
    ]
    assert made == [f"{here}/+{HASH}", f"{here}/addlist/{HASH}", f"{here}/contact/{HASH}"]
    for link in made:
        assert web_links.code_in_link(link) == HASH
        assert web_links.code_in_link(link.replace(here, "https://t.me")) == HASH
    assert web_links.message_link(here, "lobby", 7) == f"{here}/lobby/7"
    assert web_links.message_link(here, 4099, 7) == f"{here}/c/4099/7"
