"""The handshake: keys agree, and every value that is not right is refused."""

import struct

import pytest

from chappe.crypto import dh, rsa
from chappe.mtproto import NewAuthKey, ProtocolError, ServerHandshake
from chappe.mtproto.handshake_client import ClientHandshake

from .joined import NOW, answer, server_key, shake, tokens


@pytest.mark.parametrize("old_padding", [False, True])
@pytest.mark.parametrize("expires_in", [None, 3600])
def test_both_ends_have_the_same_key(old_padding: bool, expires_in: int | None) -> None:
    """Permanent and temporary keys, both paddings of RSA."""
    client, made = shake(11, expires_in=expires_in, old_padding=old_padding)
    assert client.key == made.key
    assert made.expires_in == expires_in
    assert made.first_salt == client.salt


def begun() -> tuple[ClientHandshake, ServerHandshake, bytes]:
    """Return a handshake whose second request is ready."""
    key = server_key()
    client = ClientHandshake(key.n, tokens(3))
    server = ServerHandshake({key.fingerprint: key}, tokens(4))
    first = answer(server, client.start())
    assert isinstance(first, bytes)
    second = client.receive(first)
    assert second is not None
    return client, server, second


@pytest.mark.parametrize("at", [4, 19, 20, 35, 36, 38, 46, 60, 200, 310])
def test_an_altered_second_request_is_refused(at: int) -> None:
    """Nonces, primes, fingerprint, encrypted data: any bit."""
    _, server, request = begun()
    bad = bytearray(request)
    bad[at] ^= 0x40
    with pytest.raises(ProtocolError):
        answer(server, bytes(bad))


def third() -> tuple[ServerHandshake, bytes]:
    """Return a handshake whose last request is ready."""
    client, server, request = begun()
    got = answer(server, request)
    assert isinstance(got, bytes)
    last = client.receive(got)
    assert last is not None
    return server, last


@pytest.mark.parametrize("at", [4, 20, 40, 60, 100, 250])
def test_an_altered_last_request_is_refused(at: int) -> None:
    """Nonces and the encrypted number."""
    server, request = third()
    bad = bytearray(request)
    bad[at] ^= 1
    with pytest.raises(ProtocolError):
        answer(server, bytes(bad))


def test_one_attempt_at_rsa_for_a_nonce() -> None:
    """After a wrong guess nothing more is decrypted for this server_nonce."""
    _, server, request = begun()
    bad = bytearray(request)
    bad[150] ^= 1
    with pytest.raises(ProtocolError):
        answer(server, bytes(bad))
    with pytest.raises(ProtocolError):
        answer(server, request)


def test_an_exact_repeat_is_answered_the_same() -> None:
    """A client that heard nothing asks again; some pad what they send."""
    _, server, request = begun()
    first = answer(server, request)
    assert answer(server, request) == first
    assert answer(server, request + b"\0" * 16) == first


def test_steps_come_in_their_order() -> None:
    """A last request first, or a second one twice with other content, is refused."""
    server, last = third()
    fresh = ServerHandshake({server_key().fingerprint: server_key()}, tokens(9))
    with pytest.raises(ProtocolError):
        answer(fresh, last)
    assert isinstance(answer(server, last), NewAuthKey)
    with pytest.raises(ProtocolError):
        answer(server, last[:40] + bytes((last[40] ^ 1,)) + last[41:])


def test_a_late_step_is_refused() -> None:
    """A handshake does not stay open for ever."""
    _, server, request = begun()
    with pytest.raises(ProtocolError):
        answer(server, request, NOW + 3600)


@pytest.mark.parametrize("g_b", [0, 1, 2, dh.PRIME - 1, dh.PRIME, dh.PRIME + 5, 1 << 1900])
def test_weak_numbers_are_no_public_values(g_b: int) -> None:
    """What would make the key guessable is refused."""
    assert not dh.is_safe(g_b)


def test_a_clash_is_tried_again() -> None:
    """When the key's id is taken the client is told to make another, and may, saying which one it was."""
    client, server, request = begun()
    got = answer(server, request)
    assert isinstance(got, bytes)
    last = client.receive(got)
    assert last is not None
    made = answer(server, last)
    assert isinstance(made, NewAuthKey)
    assert made.clash[:4] != made.accepted[:4]
    server.retry()
    again = client.receive(made.clash)
    assert again is not None
    for wrong in (last, bytes([*last[:4], *again[4:60], *last[60:]])):
        with pytest.raises(ProtocolError):
            answer(server, wrong)
    made = answer(server, again)
    assert isinstance(made, NewAuthKey)
    assert client.receive(made.accepted) is None
    assert client.key == made.key


def test_nobody_tries_again_who_was_not_told_to() -> None:
    """The first attempt names none before it."""
    client, server, request = begun()
    got = answer(server, request)
    assert isinstance(got, bytes)
    assert client.receive(got)
    with pytest.raises(ProtocolError):
        answer(server, client._choose(b"earlier!"))


def test_fingerprints_do_not_begin_with_zero() -> None:
    """One client library prints them without leading zeros."""
    assert (server_key().fingerprint % (1 << 64)) >> 60


def test_the_public_key_is_pkcs1() -> None:
    """The form clients take, and it leads to the same fingerprint."""
    key = server_key()
    assert key.public_pem().startswith(b"-----BEGIN RSA PUBLIC KEY-----")
    assert rsa.fingerprint(key.n, rsa.EXPONENT) == key.fingerprint
    assert rsa.load(key.private_pem()) == key


def test_short_bodies_are_refused() -> None:
    """Cut anywhere, a request is a protocol error."""
    _, server, request = begun()
    for size in range(0, len(request), 7):
        with pytest.raises(ProtocolError):
            answer(server, request[:size])
    with pytest.raises(ProtocolError):
        answer(server, struct.pack("<I", 0xDEADBEEF) + b"\0" * 32)
