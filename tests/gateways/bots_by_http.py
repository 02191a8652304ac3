"""A village whose bots speak HTTP: calls as a program makes them, and what they are told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chappe.app.bot_api import bot_api_parts
from chappe.features import bots
from chappe.gateways.botapi.place import bot_places
from chappe.gateways.web.places import PLACES
from chappe.tl import api
from tests.features.test_bots import made
from tests.features.village import Person, Village, village
from tests.gateways.browsing import Here, ask, here


class Told(NamedTuple):
    """An answer of the Bot API."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def result(self) -> Any:
        """What was asked for; it is there."""
        assert self.body.get("ok") is True, self.body
        assert self.status == 200
        return self.body["result"]

    @property
    def refusal(self) -> tuple[int, str]:
        """Code and description of a refusal."""
        assert self.body["ok"] is False, self.body
        assert self.body["error_code"] == self.status
        return self.status, self.body["description"]


class HttpBot:
    """A bot whose program speaks HTTP. Calling it calls a method."""

    def __init__(self, at: Here, token: str) -> None:
        self.at = at
        self.token = token
        self.id = int(token.partition(":")[0])

    async def __call__(self, method: str, **fields: Any) -> Any:
        """Call a method by JSON; return its result."""
        return (await self.told(method, **fields)).result

    async def told(self, method: str, **fields: Any) -> Told:
        """Call a method by JSON; return the whole answer."""
        body = json.dumps(fields).encode()
        path = f"/bot{self.token}/{method}"
        answer = await ask(self.at.port, path, "POST", body, **{"Content-Type": "application/json"})
        return Told(answer.status, json.loads(answer.body), answer.headers)

    async def by_form(self, method: str, **fields: Any) -> Told:
        """Call a method as programs do that send forms."""
        body = urlencode(
            {k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
        ).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await ask(self.at.port, f"/bot{self.token}/{method}", "POST", body, **kind)
        return Told(answer.status, json.loads(answer.body), answer.headers)

    async def by_parts(
        self, method: str, files: dict[str, tuple[str, bytes]], **fields: Any
    ) -> Told:
        """Call a method with files, by their fields, each with its name and bytes."""
        border = b"borderline"
        body = b""
        for name, value in fields.items():
            text = value if isinstance(value, str) else json.dumps(value)
            head = f'Content-Disposition: form-data; name="{name}"'
            body += b"--" + border + b"\r\n" + head.encode() + b"\r\n\r\n" + text.encode() + b"\r\n"
        for name, (file_name, data) in files.items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"'
            body += b"--" + border + b"\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        body += b"--" + border + b"--\r\n"
        kind = {"Content-Type": f"multipart/form-data; boundary={border.decode()}"}
        answer = await ask(self.at.port, f"/bot{self.token}/{method}", "POST", body, **kind)
        return Told(answer.status, json.loads(answer.body), answer.headers)

    async def fetched(self, file_id: str) -> bytes:
        """Return the bytes of a file."""
        path = (await self("getFile", file_id=file_id))["file_path"]
        answer = await ask(self.at.port, f"/file/bot{self.token}/{path}")
        assert answer.status == 200
        return answer.body

    async def refused(self, method: str, **fields: Any) -> tuple[int, str]:
        """Call a method that is refused; return code and description."""
        return (await self.told(method, **fields)).refusal


@asynccontextmanager
async def bot_village() -> AsyncIterator[tuple[Village, Here]]:
    """Open a village with its Bot API."""
    async with village() as v:
        await bots.settle(v.context)
        parts = bot_api_parts(v.context, v.server.dispatcher)
        async with here(places=(*bot_places(parts), *PLACES)) as at:
            yield v, at
            assert at.bugs == []


async def http_bot(at: Here, owner: Person, name: str = "shop_bot") -> HttpBot:
    """Return a bot of somebody's."""
    return HttpBot(at, await made(owner, name))


async def peer_of(person: Person, bot: HttpBot, name: str = "shop_bot") -> api.InputPeerUser:
    """Return a bot as somebody writes to it."""
    user = (await person(api.ContactsResolveUsername(username=name))).users[0]
    assert user.id == bot.id
    return api.InputPeerUser(user_id=user.id, access_hash=user.access_hash)


async def write(person: Person, peer: Any, text: str, **more: Any) -> None:
    """Write to somebody, and let it be told."""
    v = person.village
    request = api.MessagesSendMessage(peer=peer, message=text, random_id=v.number(), **more)
    await person(request)
    await v.settle()
