"""Kurigram and Pyrogram, told what to do by the harness."""

import asyncio
import base64
import hashlib
import struct
from pathlib import Path
from typing import Any

import pyrogram
import wire
from pyrogram import Client, errors, filters, handlers, raw, types
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram_around import AroundActs
from pyrogram_buttons import ButtonActs
from pyrogram_community import Community
from pyrogram_media import KURIGRAM, MediaActs, kind_of

ASKED = wire.arguments()


def der_numbers(pem: str) -> tuple[int, int]:
    """Return modulus and exponent of a PKCS#1 key."""
    der = base64.b64decode("".join(x for x in pem.splitlines() if "-----" not in x))

    def value(at: int) -> tuple[bytes, int]:
        size = der[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(der[at : at + count], "big")
            at += count
        return der[at : at + size], at + size

    _, _ = value(0)
    start = 4 if der[1] == 0x82 else 2
    n, after = value(start)
    e, _ = value(after)
    return int.from_bytes(n, "big"), int.from_bytes(e, "big")


def tl_bytes(data: bytes) -> bytes:
    """Return bytes as TL writes them."""
    head = bytes([len(data)]) if len(data) < 254 else b"\xfe" + len(data).to_bytes(3, "little")
    return head + data + bytes(-(len(head) + len(data)) % 4)


N, E = der_numbers(Path(ASKED.pem).read_text())
RAW_N = N.to_bytes((N.bit_length() + 7) // 8, "big")
RAW_E = E.to_bytes((E.bit_length() + 7) // 8, "big")
FINGERPRINT = struct.unpack(
    "<q", hashlib.sha1(tl_bytes(RAW_N) + tl_bytes(RAW_E), usedforsecurity=False).digest()[-8:]
)[0]
rsa.server_public_keys.clear()
rsa.server_public_keys[FINGERPRINT] = rsa.PublicKey(N, E)

if KURIGRAM:

    class Here(Connection):
        """Every data centre is this server."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs["server_address"], kwargs["port"] = ASKED.host, ASKED.port
            super().__init__(*args, **kwargs)

    OPTIONS: dict[str, Any] = {"connection_factory": Here}
else:
    from pyrogram.session.internals import DataCenter

    DataCenter.__new__ = staticmethod(  # the library offers no other way to name an address
        lambda _cls, *_args: (ASKED.host, ASKED.port)
    )
    OPTIONS = {}


class Driver(Community, MediaActs, AroundActs, ButtonActs):
    """One device of one person."""

    def __init__(self) -> None:
        self.client: Any = None

    def make(self) -> Any:
        path = Path(ASKED.session)
        more: dict[str, Any] = {"skip_updates": False} if KURIGRAM else {}
        if ASKED.proxy:
            host, port, secret = wire.proxy_of(ASKED.proxy)
            more["proxy"] = {"scheme": "mtproxy", "hostname": host, "port": port, "secret": secret}
        client = Client(
            path.name, api_id=1, api_hash="x" * 32, workdir=str(path.parent), **OPTIONS, **more
        )
        client.add_handler(handlers.MessageHandler(self.on_message, filters.all))
        client.add_handler(handlers.EditedMessageHandler(self.on_edit))
        client.add_handler(handlers.DeletedMessagesHandler(self.on_delete))
        client.add_handler(handlers.RawUpdateHandler(self.on_raw))
        return client

    def show(self, message: Any) -> dict[str, Any]:
        sender = message.from_user or message.sender_chat
        return {
            "id": message.id,
            "peer": message.chat.id,
            "sender": sender.id if sender else None,
            "text": message.text or message.caption or "",
            "out": bool(message.outgoing),
            "reply_to": message.reply_to_message_id,
            "edited": message.edit_date is not None,
            "kind": kind_of(message),
        }

    async def on_message(self, _client: Any, message: Any) -> None:
        wire.say(event="message", **self.show(message))

    async def on_edit(self, _client: Any, message: Any) -> None:
        wire.say(event="edited", **self.show(message))

    async def on_delete(self, _client: Any, messages: Any) -> None:
        wire.say(event="deleted", ids=[m.id for m in messages])

    async def on_raw(self, _client: Any, update: Any, _users: Any, _chats: Any) -> None:
        if isinstance(update, raw.types.UpdateReadHistoryOutbox):
            peer = getattr(update.peer, "user_id", None) or -update.peer.chat_id
            wire.say(event="read", peer=peer, max_id=update.max_id)
        if isinstance(update, raw.types.UpdateUserTyping):
            wire.say(event="typing", peer=update.user_id)
        self.on_around(update)

    # -- requests ------------------------------------------------------------------------------

    async def start(self) -> Any:
        self.client = self.make()
        authorized = await self.client.connect()
        if authorized:
            await self.client.disconnect()
            await self.client.start()
        return {"authorized": bool(authorized)}

    async def ready(self) -> None:
        await self.client.disconnect()
        await self.client.start()

    async def disconnect(self) -> Any:
        await self.client.stop()
        return True

    async def send_code(self, phone: str) -> Any:
        send = getattr(self.client, "send_phone_number_code", None) or self.client.send_code
        return {"hash": (await send(phone)).phone_code_hash}

    async def sign_in(self, phone: str, hash: str, code: str, password: str = "") -> Any:
        try:
            found = await self.client.sign_in(phone, hash, code)
        except errors.SessionPasswordNeeded:
            found = await self.client.check_password(password)
        if not isinstance(found, types.User):
            return {"sign_up": True}
        await self.ready()
        return {"user": found.id}

    async def sign_in_bot(self, token: str) -> Any:
        found = await self.client.sign_in_bot(token)
        await self.ready()
        return {"user": found.id}

    async def check_password(self, password: str) -> Any:
        found = await self.client.check_password(password)
        await self.ready()
        return {"user": found.id}

    async def resend_code(self, phone: str, hash: str) -> Any:
        again = getattr(self.client, "resend_phone_number_code", None) or self.client.resend_code
        return {"hash": (await again(phone, hash)).phone_code_hash}

    async def accept_qr(self, url: str) -> Any:
        token = base64.urlsafe_b64decode(url.partition("token=")[2] + "===")
        await self.client.invoke(raw.functions.auth.AcceptLoginToken(token=token))
        return True

    async def sign_up(self, phone: str, hash: str, first: str, last: str) -> Any:
        made = await self.client.sign_up(phone, hash, first, last)
        await self.ready()
        return {"user": made.id}

    async def me(self) -> Any:
        me = await self.client.get_me()
        return {
            "id": me.id,
            "first": me.first_name,
            "username": me.username,
            "phone": me.phone_number,
        }

    async def set_username(self, username: str) -> Any:
        return await self.client.set_username(username)

    async def set_password(self, new: str, hint: str) -> Any:
        return await self.client.enable_cloud_password(new, hint=hint)

    async def find_username(self, username: str) -> Any:
        found = await self.client.get_users(username)
        return {"id": (found[0] if isinstance(found, list) else found).id}

    async def find_phone(self, phone: str, first: str) -> Any:
        found = await self.client.import_contacts([types.InputPhoneContact(phone, first)])
        return {"id": found.users[0].id}

    async def send(self, to: int, text: str, reply_to: int | None = None) -> Any:
        more: dict[str, Any] = {}
        if reply_to and KURIGRAM:
            more["reply_parameters"] = types.ReplyParameters(message_id=reply_to)
        elif reply_to:
            more["reply_to_message_id"] = reply_to
        return {"id": (await self.client.send_message(to, text, **more)).id}

    async def send_file(self, to: int, path: str) -> Any:
        sent = await self.client.send_document(to, path, caption="a file", force_document=True)
        return {"id": sent.id}

    async def send_photo(self, to: int, path: str) -> Any:
        return {"id": (await self.client.send_photo(to, path, caption="a photo")).id}

    async def download(self, to: int, id: int, path: str) -> Any:
        message = await self.client.get_messages(to, id)
        return bool(await self.client.download_media(message, path))

    async def edit(self, to: int, id: int, text: str) -> Any:
        await self.client.edit_message_text(to, id, text)
        return True

    async def delete(self, to: int, ids: list[int]) -> Any:
        await self.client.delete_messages(to, ids)
        return True

    async def forward(self, source: int, to: int, ids: list[int]) -> Any:
        return {"ids": [m.id for m in await self.client.forward_messages(to, source, ids)]}

    async def read(self, to: int) -> Any:
        await self.client.read_chat_history(to)
        return True

    async def typing(self, to: int) -> Any:
        await self.client.send_chat_action(to, pyrogram.enums.ChatAction.TYPING)
        return True

    async def history(self, to: int, limit: int) -> Any:
        return [self.show(m) async for m in self.client.get_chat_history(to, limit=limit)]

    async def search(self, to: int, query: str) -> Any:
        return [self.show(m) async for m in self.client.search_messages(to, query)]

    async def dialogs(self) -> Any:
        return [
            {"id": d.chat.id, "unread": d.unread_messages_count, "top": d.top_message.id}
            async for d in self.client.get_dialogs()
            if d.top_message
        ]

    async def sessions(self) -> Any:
        found = await self.client.invoke(raw.functions.account.GetAuthorizations())
        return len(found.authorizations)

    async def log_out(self) -> Any:
        return bool(await self.client.log_out())

    async def state(self) -> Any:
        return {"pts": (await self.client.invoke(raw.functions.updates.GetState())).pts}

    async def create_group(self, title: str, users: list[int]) -> Any:
        return {"id": (await self.client.create_group(title, users)).id}

    async def create_channel(self, title: str, broadcast: bool) -> Any:
        make = self.client.create_channel if broadcast else self.client.create_supergroup
        return {"id": (await make(title)).id}

    async def invite(self, to: int, users: list[int]) -> Any:
        return bool(await self.client.add_chat_members(to, users))

    async def set_public(self, to: int, username: str) -> Any:
        return await self.client.set_chat_username(to, username)

    async def join(self, username: str) -> Any:
        joined = await self.client.join_chat(username)
        return {"id": getattr(joined, "chat", joined).id}

    async def kick(self, to: int, user: int) -> Any:
        return bool(await self.client.ban_chat_member(to, user))

    async def do(self, name: str, given: dict[str, Any]) -> Any:
        """Do one request."""
        act = getattr(self, name, None)
        if act is None:
            raise wire.UnsupportedError
        return await act(**given)


wire.log_warnings()
asyncio.run(wire.serve(Driver().do))
