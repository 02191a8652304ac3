"""TDLib, a re-pointed copy of its shared object, told what to do by the harness."""

import asyncio
import ctypes
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import wire
from tdlib_around import AroundActs
from tdlib_buttons import ButtonActs
from tdlib_community import Community
from tdlib_media import MediaActs, kind_of, words_of
from tdlib_stickers import StickerActs

ASKED = wire.arguments()
LIBRARY = ctypes.CDLL(ASKED.lib)
LIBRARY.td_create_client_id.restype = ctypes.c_int
LIBRARY.td_send.argtypes = [ctypes.c_int, ctypes.c_char_p]
LIBRARY.td_receive.argtypes = [ctypes.c_double]
LIBRARY.td_receive.restype = ctypes.c_char_p
LIBRARY.td_execute.argtypes = [ctypes.c_char_p]
LIBRARY.td_execute.restype = ctypes.c_char_p
CALL_S_MAX = 30.0  # seconds TDLib may take to answer
# said at the error level of things that are no error against a server on this machine
NO_ERROR = ("net_query", "Receive empty", "checkDatabase")


def text(words: str) -> dict[str, Any]:
    """Return a text to send."""
    return {
        "@type": "inputMessageText",
        "text": {"@type": "formattedText", "text": words, "entities": []},
    }


def caption(words: str) -> dict[str, Any]:
    """Return what stands beside a file."""
    return {"@type": "formattedText", "text": words, "entities": []}


class Driver(Community, MediaActs, AroundActs, ButtonActs, StickerActs):
    """One device of one person."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.client = 0
        self.numbers = 0
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self.state = ""
        self.link = ""  # of a QR code to be scanned
        self.changed = asyncio.Event()
        self.folders_told: list[dict[str, Any]] = []
        self.sending: dict[tuple[int, int], asyncio.Future[Any]] = {}
        self.done: dict[tuple[int, int], dict[str, Any]] = {}
        self.directory = Path(ASKED.session)
        self.directory.mkdir(parents=True, exist_ok=True)
        log = {
            "@type": "setLogStream",
            "log_stream": {
                "@type": "logStreamFile",
                "path": str(self.directory / "td.log"),
                "max_file_size": 1 << 28,
                "redirect_stderr": False,
            },
        }
        LIBRARY.td_execute(
            json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 4}).encode()
        )
        LIBRARY.td_execute(json.dumps(log).encode())
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self) -> None:
        while True:
            raw = LIBRARY.td_receive(1.0)
            if raw:
                self.loop.call_soon_threadsafe(self.on, json.loads(raw))

    def complain(self) -> None:
        """Say what TDLib's log holds: at level 1 it has errors only."""
        log = self.directory / "td.log"
        if log.exists():
            for line in log.read_text(errors="replace").splitlines():
                if line.startswith("[ 1]") and not any(word in line for word in NO_ERROR):
                    sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def show(self, message: dict[str, Any]) -> dict[str, Any]:
        content = message["content"]
        reply = message.get("reply_to") or {}
        sender = message["sender_id"]
        return {
            "id": message["id"],
            "peer": message["chat_id"],
            "sender": sender.get("user_id") or sender.get("chat_id"),
            "text": words_of(content),
            "out": message["is_outgoing"],
            "reply_to": reply.get("message_id") or None,
            "edited": message["edit_date"] != 0,
            "kind": kind_of(content),
        }

    def on(self, update: dict[str, Any]) -> None:
        if "@extra" in update:
            waiting = self.waiting.pop(update["@extra"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(update)
            return
        kind = update["@type"]
        if kind == "updateAuthorizationState":
            self.state = update["authorization_state"]["@type"]
            self.link = update["authorization_state"].get("link", "")
            self.changed.set()
        elif kind == "updateNewMessage":
            if not update["message"].get("sending_state"):
                wire.say(event="message", **self.show(update["message"]))
        elif kind in ("updateMessageSendSucceeded", "updateMessageSendFailed"):
            sent = update["message"]["chat_id"], update["old_message_id"]
            self.done[sent] = update
            waiting = self.sending.pop(sent, None)
            if waiting is not None:
                waiting.set_result(update)
        elif kind == "updateMessageContent":
            new = update["new_content"]
            wire.say(
                event="edited",
                id=update["message_id"],
                peer=update["chat_id"],
                text=words_of(new),
                kind=kind_of(new),
            )
            self.on_around(update)
        elif kind == "updateDeleteMessages" and update["is_permanent"]:
            wire.say(event="deleted", ids=update["message_ids"])
        elif kind == "updateChatReadOutbox":
            wire.say(
                event="read", peer=update["chat_id"], max_id=update["last_read_outbox_message_id"]
            )
        elif kind == "updateChatAction" and update["action"]["@type"] != "chatActionCancel":
            wire.say(event="typing", peer=update["chat_id"])
        else:
            self.on_buttons(update)
            self.on_around(update)

    async def call(self, kind: str, **fields: Any) -> dict[str, Any]:
        self.numbers += 1
        waiting = self.waiting[self.numbers] = self.loop.create_future()
        request = {"@type": kind, "@extra": self.numbers, **fields}
        LIBRARY.td_send(self.client, json.dumps(request).encode())
        answer: dict[str, Any] = await asyncio.wait_for(waiting, CALL_S_MAX)
        if answer["@type"] == "error":
            raise RuntimeError(f"{kind}: {answer['code']} {answer['message']}")
        return answer

    async def until(self, *states: str) -> str:
        async with asyncio.timeout(CALL_S_MAX):
            while self.state not in states:
                self.changed.clear()
                await self.changed.wait()
        return self.state

    # -- requests ------------------------------------------------------------------------------

    async def start(self) -> Any:
        self.state = ""
        self.client = LIBRARY.td_create_client_id()
        await self.call("getOption", name="version")
        await self.until("authorizationStateWaitTdlibParameters")
        await self.call(
            "setTdlibParameters",
            use_test_dc=False,
            database_directory=str(self.directory),
            files_directory=str(self.directory / "files"),
            database_encryption_key="",
            use_file_database=True,
            use_chat_info_database=True,
            use_message_database=True,
            use_secret_chats=False,
            api_id=1,
            api_hash="x" * 32,
            system_language_code="en",
            device_model="journey",
            system_version="1",
            application_version="1",
        )
        if ASKED.proxy:
            await self.use_proxy(*wire.proxy_of(ASKED.proxy))
        state = await self.until("authorizationStateWaitPhoneNumber", "authorizationStateReady")
        if state == "authorizationStateReady":
            await self.call("getMe")  # as apps do: TDLib must look into its database who it is
        return {"authorized": state == "authorizationStateReady"}

    async def use_proxy(self, server: str, port: int, secret: str) -> None:
        """Go by a proxy link from now on; versions of TDLib differ in how they are told."""
        kind = {"@type": "proxyTypeMtproto", "secret": secret}
        whole = {"@type": "proxy", "server": server, "port": port, "type": kind}
        await self.call("addProxy", server=server, port=port, type=kind, proxy=whole, enable=True)

    async def disconnect(self) -> Any:
        await self.call("close")
        await self.until("authorizationStateClosed")
        return True

    async def send_code(self, phone: str) -> Any:
        await self.call("setAuthenticationPhoneNumber", phone_number=phone)
        await self.until("authorizationStateWaitCode")
        return {"hash": ""}

    async def sign_in(self, phone: str, hash: str, code: str, password: str = "") -> Any:
        await self.call("checkAuthenticationCode", code=code)
        state = await self.until(
            "authorizationStateWaitRegistration",
            "authorizationStateReady",
            "authorizationStateWaitPassword",
        )
        if state == "authorizationStateWaitRegistration":
            return {"sign_up": True}
        if state == "authorizationStateWaitPassword":
            return await self.check_password(password)
        return {"user": (await self.call("getMe"))["id"]}

    async def sign_in_bot(self, token: str) -> Any:
        await self.until("authorizationStateWaitPhoneNumber")
        await self.call("checkAuthenticationBotToken", token=token)
        await self.until("authorizationStateReady")
        return {"user": (await self.call("getMe"))["id"]}

    async def check_password(self, password: str) -> Any:
        await self.call("checkAuthenticationPassword", password=password)
        await self.until("authorizationStateReady")
        return {"user": (await self.call("getMe"))["id"]}

    async def set_password(self, new: str, hint: str) -> Any:
        await self.call("setPassword", old_password="", new_password=new, new_hint=hint)
        return True

    async def resend_code(self, phone: str, hash: str) -> Any:
        await self.call("resendAuthenticationCode")
        return {"hash": ""}

    async def qr_link(self) -> Any:
        await self.call("requestQrCodeAuthentication", other_user_ids=[])
        await self.until("authorizationStateWaitOtherDeviceConfirmation")
        return {"url": self.link}

    async def qr_wait(self) -> Any:
        await self.until("authorizationStateReady")
        return {"user": (await self.call("getMe"))["id"]}

    async def accept_qr(self, url: str) -> Any:
        await self.call("confirmQrCodeAuthentication", link=url)
        return True

    async def sign_up(self, phone: str, hash: str, first: str, last: str) -> Any:
        await self.call("registerUser", first_name=first, last_name=last)
        await self.until("authorizationStateReady")
        return {"user": (await self.call("getMe"))["id"]}

    async def me(self) -> Any:
        me = await self.call("getMe")
        names = (me.get("usernames") or {}).get("active_usernames") or [None]
        return {
            "id": me["id"],
            "first": me["first_name"],
            "username": names[0],
            "phone": me["phone_number"],
        }

    async def set_username(self, username: str) -> Any:
        await self.call("setUsername", username=username)
        return True

    async def find_username(self, username: str) -> Any:
        return {"id": (await self.call("searchPublicChat", username=username))["id"]}

    async def find_phone(self, phone: str, first: str) -> Any:
        contact = {
            "@type": "importedContact",
            "phone_number": phone,
            "first_name": first,
            "last_name": "",
        }
        found = await self.call("importContacts", contacts=[contact])
        user = found["user_ids"][0]
        await self.call("createPrivateChat", user_id=user)
        return {"id": user}

    async def deliver(self, act: str, **fields: Any) -> list[dict[str, Any]]:
        """Send something and wait until the server has it."""
        made = await self.call(act, **fields)
        messages = made.get("messages", [made])
        sent = []
        for message in messages:
            sending = message["chat_id"], message["id"]  # each chat has numbers of its own
            update = self.done.get(sending)
            if update is None:
                waiting = self.sending[sending] = self.loop.create_future()
                update = await asyncio.wait_for(waiting, CALL_S_MAX)
            if update["@type"] != "updateMessageSendSucceeded":
                raise RuntimeError(str(update["error"]))
            sent.append(update["message"])
        return sent

    async def send(self, to: int, text: str, reply_to: int | None = None) -> Any:
        more: dict[str, Any] = {}
        if reply_to:
            more["reply_to"] = {"@type": "inputMessageReplyToMessage", "message_id": reply_to}
        content = globals()["text"](text)
        (sent,) = await self.deliver(
            "sendMessage", chat_id=to, input_message_content=content, **more
        )
        return {"id": sent["id"]}

    async def send_file(self, to: int, path: str) -> Any:
        document = {"@type": "inputDocument", "document": {"@type": "inputFileLocal", "path": path}}
        content = {
            "@type": "inputMessageDocument",
            "document": document,
            "caption": caption("a file"),
        }
        (sent,) = await self.deliver("sendMessage", chat_id=to, input_message_content=content)
        return {"id": sent["id"]}

    async def send_photo(self, to: int, path: str) -> Any:
        photo = {
            "@type": "inputPhoto",
            "photo": {"@type": "inputFileLocal", "path": path},
            "width": 640,
            "height": 480,
        }
        content = {"@type": "inputMessagePhoto", "photo": photo, "caption": caption("a photo")}
        (sent,) = await self.deliver("sendMessage", chat_id=to, input_message_content=content)
        return {"id": sent["id"]}

    async def edit(self, to: int, id: int, text: str) -> Any:
        content = globals()["text"](text)
        await self.call("editMessageText", chat_id=to, message_id=id, input_message_content=content)
        return True

    async def delete(self, to: int, ids: list[int]) -> Any:
        await self.call("deleteMessages", chat_id=to, message_ids=ids, revoke=True)
        return True

    async def forward(self, source: int, to: int, ids: list[int]) -> Any:
        sent = await self.deliver(
            "forwardMessages",
            chat_id=to,
            from_chat_id=source,
            message_ids=ids,
            send_copy=False,
            remove_caption=False,
        )
        return {"ids": [m["id"] for m in sent]}

    async def read(self, to: int) -> Any:
        await self.call("openChat", chat_id=to)
        found = await self.call(
            "getChatHistory", chat_id=to, from_message_id=0, offset=0, limit=5, only_local=False
        )
        ids = [m["id"] for m in found["messages"]]
        await self.call("viewMessages", chat_id=to, message_ids=ids, force_read=True)
        return True

    async def typing(self, to: int) -> Any:
        await self.call("sendChatAction", chat_id=to, action={"@type": "chatActionTyping"})
        return True

    async def history(self, to: int, limit: int) -> Any:
        found: list[dict[str, Any]] = []
        while len(found) < limit:
            start = found[-1]["id"] if found else 0
            page = await self.call(
                "getChatHistory",
                chat_id=to,
                from_message_id=start,
                offset=0,
                limit=limit,
                only_local=False,
            )
            if not page["messages"]:
                break
            found += page["messages"]
        return [self.show(m) for m in found[:limit]]

    async def search(self, to: int, query: str) -> Any:
        found = await self.call(
            "searchChatMessages",
            chat_id=to,
            query=query,
            from_message_id=0,
            offset=0,
            limit=50,
        )
        return [self.show(m) for m in found["messages"]]

    async def dialogs(self) -> Any:
        main, archive = {"@type": "chatListMain"}, {"@type": "chatListArchive"}
        for chats in (main, archive):  # newer ones load the archive only when they are asked
            try:
                while True:
                    await self.call("loadChats", chat_list=chats, limit=100)
            except RuntimeError:
                pass  # all are loaded
        shown = []
        for number in (await self.call("getChats", chat_list=main, limit=100))["chat_ids"]:
            chat = await self.call("getChat", chat_id=number)
            top = chat.get("last_message")
            shown.append(
                {"id": number, "unread": chat["unread_count"], "top": top["id"] if top else 0}
            )
        return shown

    async def sessions(self) -> Any:
        return len((await self.call("getActiveSessions"))["sessions"])

    async def log_out(self) -> Any:
        await self.call("logOut")
        await self.until("authorizationStateClosed")
        return True

    async def state_of(self) -> Any:
        return self.state

    async def create_group(self, title: str, users: list[int]) -> Any:
        made = await self.call("createNewBasicGroupChat", user_ids=users, title=title)
        return {"id": made["chat_id"]}

    async def create_channel(self, title: str, broadcast: bool) -> Any:
        made = await self.call(
            "createNewSupergroupChat", title=title, is_channel=broadcast, description=""
        )
        return {"id": made["id"]}

    async def invite(self, to: int, users: list[int]) -> Any:
        await self.call("addChatMembers", chat_id=to, user_ids=users)
        return True

    async def join(self, username: str) -> Any:
        chat = await self.call("searchPublicChat", username=username)
        await self.call("joinChat", chat_id=chat["id"])
        return {"id": chat["id"]}

    async def do(self, name: str, given: dict[str, Any]) -> Any:
        """Do one request."""
        act = getattr(self, name, None)
        if act is None or not callable(act):
            raise wire.UnsupportedError
        return await act(**given)


async def main() -> None:
    """Serve until told to quit."""
    driver = Driver()
    try:
        await wire.serve(driver.do)
    finally:
        driver.complain()


asyncio.run(main())
sys.stdout.flush()
os._exit(0)  # its threads would abort in an ordinary exit
