"""Ways back in over real sockets, on a server that is stopped meanwhile, with an operator at a shell."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.client import Client, Place, Refused, log_in, read_modulus

from chappe.gateways.cli.control import ask
from chappe.tl import api
from tests.features.authenticator import Authenticator, options_of
from tests.journeys.server import RealServer

PHONE = "4915551230005"
DAY_S = 86_400


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealServer]:
    """A server as an operator starts it."""
    running = RealServer(tmp_path / "data")
    running.start()
    yield running
    running.stop()


async def connect(server: RealServer) -> Client:
    """Connect with a new key, logged in as nobody."""
    return await Client.connect(Place("127.0.0.1", server.port, read_modulus(server.data)))


async def joined(server: RealServer) -> tuple[Client, int]:
    """Sign Ada up; return her client and her id."""
    client = await connect(server)
    await log_in(client, PHONE, server.codes, "Ada")
    return client, await who(client)


async def who(client: Client) -> int:
    """Return who is logged in on a client."""
    (shown,) = await client.call(api.UsersGetUsers(id=[api.InputUserSelf()]))
    return int(shown.id)


async def come_in(server: RealServer, token: str) -> Client:
    """Log in by a token on a new connection."""
    client = await connect(server)
    try:
        await client.call(
            api.AuthImportWebTokenAuthorization(api_id=1, api_hash="x", web_auth_token=token)
        )
    except Refused:
        client.close()
        raise
    return client


async def refused(attempt: Any) -> str:
    """Return the name of the error with which the server refuses."""
    with pytest.raises(Refused) as refusal:
        await attempt
    return refusal.value.name


async def test_a_passkey_and_a_code_on_paper_outlive_the_server(server: RealServer) -> None:
    """Made before it was stopped, taken after; a challenge of before is none any more."""
    ada, user = await joined(server)
    key = Authenticator(counts=True, origin=f"http://localhost:{server.port}")
    options = options_of(await ada.call(api.AccountInitPasskeyRegistration()))
    await ada.call(api.AccountRegisterPasskey(credential=key.make(options)))
    made = await ada.call(
        api.AccountGetTmpPassword(password=api.InputCheckPasswordEmpty(), period=0)
    )
    ada.close()
    server.stop()
    server.start()
    key.origin = f"http://localhost:{server.port}"
    again = await connect(server)
    login = api.AuthInitPasskeyLogin(api_id=1, api_hash="x")
    signed = api.AuthFinishPasskeyLogin(credential=key.sign(options_of(await again.call(login))))
    assert (await again.call(signed)).user.id == user
    assert await refused(again.call(signed)) == "AUTH_TOKEN_EXPIRED"
    by_code = await come_in(server, f"recovery:{made.tmp_password.decode()}")
    assert await who(by_code) == user
    for client in (again, by_code):
        client.close()
    assert server.bugs() == []


async def test_a_link_of_the_operators_waits_over_a_restart(server: RealServer) -> None:
    """And is refused, or confirmed, by the device that is there; then it lets one in."""
    ada, user = await joined(server)
    made = await asyncio.to_thread(ask, server.data, "reentry", user=user)
    token = "reentry:" + made["link"].partition("=")[2]
    assert made["link"].startswith(f"http://localhost:{server.port}/#reentry=")
    wait = await refused(come_in(server, token))
    assert wait == f"2FA_CONFIRM_WAIT_{DAY_S}"
    ada.close()
    server.stop()
    server.start()
    left = int((await refused(come_in(server, token))).rpartition("_")[2])
    assert 0 < left <= DAY_S
    ada = await connect(server)
    await log_in(ada, PHONE, server.codes, "Ada")
    listed = (await ada.call(api.AccountGetAuthorizations())).authorizations
    (link,) = [one for one in listed if one.device_model.startswith("Re-entry link")]
    confirm = api.AccountChangeAuthorizationSettings(hash=link.hash, confirmed=True)
    assert await refused(ada.call(confirm)) == "FRESH_RESET_AUTHORISATION_FORBIDDEN"
    assert await ada.call(api.AccountResetAuthorization(hash=link.hash))
    assert await refused(come_in(server, token)) == "WEBAUTH_TOKEN_EXPIRED"
    steps = await asyncio.to_thread(ask, server.data, "ledger")
    assert [step["step"] for step in steps] == ["made", "opened", "refused"]
    ada.close()
    assert server.bugs() == []
