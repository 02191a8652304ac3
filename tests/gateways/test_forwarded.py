"""Whom a request is from: what proxies of ours say is believed, and nothing that stands before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.gateways.arriving import FORWARDED, X_FORWARDED_FOR, Networks, whom

OURS = Networks(["10.0.0.0/8", "192.0.2.1", "fd00::/8"])


@pytest.mark.parametrize(
    ("address", "among"),
    [
        ("10.1.2.3", True),
        ("11.0.0.0", False),
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("::ffff:10.1.2.3", True),
        ("::ffff:11.1.2.3", False),
        ("fd00::1", True),
        ("fd00::1%eth0", True),
        ("fe80::1", False),
        ("10.1.2", False),
        ("local", False),
        ("", False),
        (":", False),
    ],
)
def test_networks_have_their_addresses(address: str, among: bool) -> None:
    """However a socket names them; and nobody is in none."""
    assert OURS.has(address) == among
    assert not Networks().has(address)
    assert bool(OURS)
    assert not bool(Networks())


@pytest.mark.parametrize(
    ("values", "address"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9:4711"], "203.0.113.9"),
        (["[2001:db8::9]:4711"], "2001:db8::9"),
        (["2001:db8::9"], "2001:db8::9"),
        (["1.1.1.1, 203.0.113.9"], "203.0.113.9"),  # what stands before was said by a client
        (["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.2, 192.0.2.1"], "203.0.113.9"),
        (["1.1.1.1, 203.0.113.9,10.0.0.2"], "203.0.113.9"),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # somebody behind the proxies themselves
        (["nonsense, 10.0.0.2"], "10.0.0.2"),
        ([], ""),
        ([""], ""),
        (["unknown"], ""),
        (["203.0.113.9, unknown"], ""),
        (["203.0.113.9, "], ""),
        (["203.0.113.9 1.1.1.1"], ""),
        (["203.0.113.999"], ""),
        (["0203.0.113.9"], ""),
        (["127.1"], ""),
        (["[::1"], ""),
        (['"203.0.113.9"'], ""),
    ],
)
def test_x_forwarded_for_is_read_from_its_end(values: list[str], address: str) -> None:
    """As far as proxies of ours wrote it."""
    assert whom(X_FORWARDED_FOR, values, OURS) == address


@pytest.mark.parametrize(
    ("values", "address"),
    [
        (["for=203.0.113.9"], "203.0.113.9"),
        (["For=203.0.113.9;proto=https;by=10.0.0.2"], "203.0.113.9"),
        (['proto=https; for="[2001:db8::9]:4711"'], "2001:db8::9"),
        (['for="203.0.113.9:4711"'], "203.0.113.9"),
        (["for=1.1.1.1, for=203.0.113.9, for=10.0.0.2"], "203.0.113.9"),
        (["for=1.1.1.1", "for=203.0.113.9"], "203.0.113.9"),
        (['for=203.0.113.9;by="a, for=1.1.1.1"'], "203.0.113.9"),
        (['for="1\\.1.1.1"'], "1.1.1.1"),
        (["for=_hidden, for=10.0.0.2"], "10.0.0.2"),
        (["for=unknown"], ""),
        (["for=203.0.113.9;for=1.1.1.1"], ""),
        (["for=203.0.113.9 x"], ""),
        (["for = 203.0.113.9"], ""),
        (["proto=https"], ""),
        (['for="203.0.113.9'], ""),
        (
            ['for=1.1.1.1;by="x, for=203.0.113.9'],
            "203.0.113.9",
        ),  # what a client left open is its own
        (["203.0.113.9"], ""),
        ([], ""),
    ],
)
def test_forwarded_is_read_from_its_end(values: list[str], address: str) -> None:
    """By its grammar: what cannot be read ends it."""
    assert whom(FORWARDED, values, OURS) == address


@given(
    st.sampled_from([X_FORWARDED_FOR, FORWARDED]),
    st.lists(st.text(st.sampled_from('for=by;, "\\[]:.0123456789af_\t'), max_size=60), max_size=3),
)
def test_nothing_a_client_writes_changes_what_a_proxy_says(header: str, said: list[str]) -> None:
    """A proxy that appends a field of its own is read, whatever came before it; and nothing fails."""
    own = "for=203.0.113.9" if header == FORWARDED else "203.0.113.9"
    assert whom(header, [*said, own], OURS) == "203.0.113.9"
    whom(header, said, OURS)
