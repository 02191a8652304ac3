"""Telethon, told what to do by the harness."""

import asyncio
import base64
import random
from typing import Any

import wire
from telethon import TelegramClient, errors, events, functions, types
from telethon.crypto import rsa
from telethon.network import connection
from telethon.sessions import SQLiteSession
from telethon_around import AroundActs
from telethon_bots import BotActs
from telethon_community import Community
from telethon_keys import ButtonActs
from telethon_media import MediaActs, kind_of
from telethon_places import Places
from telethon_stickers import StickerActs

ASKED = wire.arguments()
with open(ASKED.pem) as pem:  # noqa: PTH123  read once
    rsa._server_keys.clear()
    rsa.add_key(pem.read(), old=False)


class Driver(Community, MediaActs, AroundActs, Places, StickerActs, BotActs):
    """One device of one person."""

    def __init__(self) -> None:
        self.client: Any = None

    def make(self) -> Any:
        session = SQLiteSession(ASKED.session)
        if not session.auth_key:
            session.set_dc(2, ASKED.host, ASKED.port)
        by: dict[str, Any] = {}
        if ASKED.proxy:
            by["connection"] = connection.ConnectionTcpMTProxyRandomizedIntermediate
            by["proxy"] = wire.proxy_of(ASKED.proxy)
        client = TelegramClient(
            session,
            1,
            "x" * 32,
            catch_up=True,
            connection_retries=2,
            request_retries=2,
            timeout=10,
            **by,
        )
        client.add_event_handler(self.on_message, events.NewMessage())
        client.add_event_handler(self.on_edit, events.MessageEdited())
        client.add_event_handler(self.on_delete, events.MessageDeleted())
        client.add_event_handler(self.on_read, events.MessageRead())
        client.add_event_handler(self.on_update, events.UserUpdate())
        client.add_event_handler(self.on_raw, events.Raw())
        return client

    def show(self, message: Any) -> dict[str, Any]:
        reply = message.reply_to
        return {
            "id": message.id,
            "peer": message.chat_id,
            "sender": message.sender_id,
            "text": message.message or "",
            "out": bool(message.out),
            "reply_to": reply.reply_to_msg_id if reply else None,
            "edited": message.edit_date is not None,
            "kind": kind_of(message),
            "silent": bool(message.silent),
        }

    async def on_message(self, event: Any) -> None:
        wire.say(event="message", **self.show(event.message))

    async def on_edit(self, event: Any) -> None:
        wire.say(event="edited", **self.show(event.message))

    async def on_delete(self, event: Any) -> None:
        wire.say(event="deleted", ids=list(event.deleted_ids))

    async def on_read(self, event: Any) -> None:
        if event.outbox:
            wire.say(event="read", peer=event.chat_id, max_id=event.max_id)

    async def on_update(self, event: Any) -> None:
        if event.typing:
            wire.say(event="typing", peer=event.chat_id or event.user_id)

    # -- requests ------------------------------------------------------------------------------

    async def start(self) -> Any:
        self.client = self.make()
        await self.client.connect()
        authorized = await self.client.is_user_authorized()
        if authorized:
            await self.client.get_me()
        return {"authorized": authorized}

    async def disconnect(self) -> Any:
        await self.client.disconnect()
        return True

    async def send_code(self, phone: str) -> Any:
        sent = await self.client.send_code_request(phone)
        return {"hash": sent.phone_code_hash}

    async def sign_in(self, phone: str, hash: str, code: str, password: str = "") -> Any:
        try:
            me = await self.client.sign_in(phone, code, phone_code_hash=hash)
        except errors.PhoneNumberUnoccupiedError:
            return {"sign_up": True}
        except errors.SessionPasswordNeededError:
            me = await self.client.sign_in(password=password)
        return {"user": me.id}

    async def sign_in_bot(self, token: str) -> Any:
        return {"user": (await self.client.sign_in(bot_token=token)).id}

    async def check_password(self, password: str) -> Any:
        return {"user": (await self.client.sign_in(password=password)).id}

    async def resend_code(self, phone: str, hash: str) -> Any:
        again = await self.client(functions.auth.ResendCodeRequest(phone, hash))
        return {"hash": again.phone_code_hash}

    async def qr_link(self) -> Any:
        self.qr = await self.client.qr_login()
        self.scanned = asyncio.create_task(self.qr.wait(30))
        return {"url": self.qr.url}

    async def qr_wait(self) -> Any:
        return {"user": (await self.scanned).id}

    async def accept_qr(self, url: str) -> Any:
        token = base64.urlsafe_b64decode(url.partition("token=")[2] + "===")
        await self.client(functions.auth.AcceptLoginTokenRequest(token))
        return True

    async def sign_up(self, phone: str, hash: str, first: str, last: str) -> Any:
        made = await self.client(functions.auth.SignUpRequest(phone, hash, first, last))
        await self.client._on_login(made.user)
        return {"user": made.user.id}

    async def me(self) -> Any:
        me = await self.client.get_me()
        return {"id": me.id, "first": me.first_name, "username": me.username, "phone": me.phone}

    async def set_username(self, username: str) -> Any:
        await self.client(functions.account.UpdateUsernameRequest(username))
        return True

    async def set_password(self, new: str, hint: str) -> Any:
        return await self.client.edit_2fa(new_password=new, hint=hint)

    async def find_username(self, username: str) -> Any:
        return {"id": (await self.client.get_entity(username)).id}

    async def find_phone(self, phone: str, first: str) -> Any:
        contact = types.InputPhoneContact(random.getrandbits(60), phone, first, "")
        found = await self.client(functions.contacts.ImportContactsRequest([contact]))
        return {"id": found.users[0].id}

    async def send(self, to: int, text: str, reply_to: int | None = None) -> Any:
        return {"id": (await self.client.send_message(to, text, reply_to=reply_to)).id}

    async def send_file(self, to: int, path: str) -> Any:
        sent = await self.client.send_file(to, path, force_document=True, caption="a file")
        return {"id": sent.id}

    async def send_photo(self, to: int, path: str) -> Any:
        return {"id": (await self.client.send_file(to, path, caption="a photo")).id}

    async def download(self, to: int, id: int, path: str) -> Any:
        message = await self.client.get_messages(to, ids=id)
        return bool(await message.download_media(path))

    async def edit(self, to: int, id: int, text: str) -> Any:
        await self.client.edit_message(to, id, text)
        return True

    async def delete(self, to: int, ids: list[int]) -> Any:
        await self.client.delete_messages(to, ids, revoke=True)
        return True

    async def forward(self, source: int, to: int, ids: list[int]) -> Any:
        return {"ids": [m.id for m in await self.client.forward_messages(to, ids, source)]}

    async def read(self, to: int) -> Any:
        await self.client.send_read_acknowledge(to)
        return True

    async def typing(self, to: int) -> Any:
        await self.client(functions.messages.SetTypingRequest(to, types.SendMessageTypingAction()))
        return True

    async def history(self, to: int, limit: int) -> Any:
        # it would pause between the pages of a long history
        found = self.client.iter_messages(to, limit=limit, wait_time=0)
        return [self.show(m) async for m in found]

    async def newer(self, to: int, after: int) -> Any:
        """Return what came after a message, the oldest first, as archives fetch it."""
        found = self.client.iter_messages(
            to, offset_id=after, reverse=True, limit=None, wait_time=0
        )
        return [self.show(m) async for m in found]

    async def search(self, to: int, query: str) -> Any:
        return [self.show(m) async for m in self.client.iter_messages(to, search=query)]

    async def dialogs(self) -> Any:
        return [
            {"id": d.id, "unread": d.unread_count, "top": d.message.id}
            async for d in self.client.iter_dialogs()
        ]

    async def sessions(self) -> Any:
        found = await self.client(functions.account.GetAuthorizationsRequest())
        return len(found.authorizations)

    async def apps(self) -> Any:
        found = await self.client(functions.account.GetAuthorizationsRequest())
        return [f"{a.app_name} {a.app_version}" for a in found.authorizations]

    async def log_out(self) -> Any:
        return await self.client.log_out()

    async def state(self) -> Any:
        state = await self.client(functions.updates.GetStateRequest())
        return {"pts": state.pts}

    # -- groups and channels -------------------------------------------------------------------

    async def create_group(self, title: str, users: list[int]) -> Any:
        made = await self.client(functions.messages.CreateChatRequest(users, title))
        updates = getattr(made, "updates", made)
        return {"id": -updates.chats[0].id}

    async def create_channel(self, title: str, broadcast: bool) -> Any:
        made = await self.client(
            functions.channels.CreateChannelRequest(
                title, "", broadcast=broadcast, megagroup=not broadcast
            )
        )
        return {"id": -(10**12 + made.chats[0].id)}

    async def invite(self, to: int, users: list[int]) -> Any:
        await self.client(functions.channels.InviteToChannelRequest(to, users))
        return True

    async def set_public(self, to: int, username: str) -> Any:
        await self.client(functions.channels.UpdateUsernameRequest(to, username))
        return True

    async def join(self, username: str) -> Any:
        found = await self.client.get_entity(username)
        await self.client(functions.channels.JoinChannelRequest(found))
        return {"id": -(10**12 + found.id)}

    async def kick(self, to: int, user: int) -> Any:
        await self.client.kick_participant(to, user)
        return True

    async def do(self, name: str, given: dict[str, Any]) -> Any:
        """Do one request."""
        act = getattr(self, name, None)
        if act is None:
            raise wire.UnsupportedError
        return await act(**given)


class WithKeys(Driver, ButtonActs):
    """One device of one person, or of a bot with buttons and results."""


wire.log_warnings()
asyncio.run(wire.serve(WithKeys().do))
