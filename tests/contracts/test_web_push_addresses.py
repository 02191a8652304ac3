"""Addresses of push services: what is asked for is what was looked at."""

import random

from yarl import URL  # the parser of the HTTP client

from chappe.engines.public_addresses import AddressRefusedError

from .test_web_push import PUBLIC, made


def test_what_is_asked_for_is_what_was_looked_at() -> None:
    """Two parsers read each address, ours and that of the HTTP client: they may not differ on any."""
    chance, push, taken = random.Random(4), made(), 0
    letters = "https://push.example:443/@#?%&;\\[]()a.0x%2e%0d_-~!$*+|^`{}<> \t\n\u00e9\u3002\uff0e"
    for _ in range(4_000):
        endpoint = [*chance.choice((PUBLIC, "https://a.b.c/", "https://push.example:443/y?z"))]
        for _ in range(chance.randrange(1, 5)):
            at = chance.randrange(len(endpoint))
            endpoint[at : at + chance.randrange(2)] = chance.choice(letters)
        try:
            origin, address = push._target("".join(endpoint))
        except AddressRefusedError:
            continue
        taken += 1
        url = URL(address)
        assert f"{url.scheme}://{url.raw_host}" == origin
        assert (url.port, url.user) == (443, None)
    assert taken > 100
