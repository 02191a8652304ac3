"""Keep what a release stores: two played data directories, packed, which every later version's tests open.

`python -m tools.snapshot tests/upgrades/0.2.0.tar.xz` starts the server twice on new directories, one in the
open (L0) and one sealed under a passphrase (L1), has people play on each through an unmodified Telethon, and
packs what lies there with what these people were shown (`shown.json`). A later version shows them the same.
Everything goes through the program and the wire, so that the recipe outlives what is inside.
"""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.errors import SessionPasswordNeededError
from telethon.sessions import StringSession
from telethon.tl import functions, types
from telethon.tl.functions import account, auth, channels, messages

import chappe

LEVELS: Final = ("open", "sealed")
PASSPHRASE: Final = "optical telegraph over the hills"  # noqa: S105  of data that was made up
PASSWORD: Final = "semaphore"  # noqa: S105  likewise: Claude's second step
PHONES: Final = {"Ada": "+33600000001", "Claude": "+33600000002", "Eve": "+33600000003"}
START_S_MAX: Final = 60
PACKED_BYTES_MAX: Final = 300 * 1024  # bytes of an archive, since every clone has them all
DOCUMENT: Final = bytes(range(256)) * 20
# a server whose clock stands at the moment it was packed: what is unused for long would be gone otherwise
AS_THEN: Final = """\
import sys, time
from chappe.core.system import SystemClock
shift = float(sys.argv.pop(1)) - time.time()
SystemClock.now = staticmethod(lambda: time.time() + shift)
from chappe.app import main
main()
"""


def _secret(level: str) -> tuple[list[str], int | None]:
    """Return the arguments by which a directory is opened, and the descriptor they name."""
    if level == "open":
        return [], None
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE.encode())
    os.close(writing)
    return ["--passphrase-fd", str(reading)], reading


def command(
    level: str, data: Path, *arguments: str, at: float | None = None
) -> subprocess.Popen[str]:
    """Start a command of `chappe` on a directory; with `at`, as if it were that moment (Unix seconds)."""
    secret, descriptor = _secret(level)
    program = ["-m", "chappe"] if at is None else ["-c", AS_THEN, str(at)]
    try:
        return subprocess.Popen(
            [sys.executable, *program, *arguments, "--data", str(data), *secret],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=() if descriptor is None else (descriptor,),
            text=True,
        )
    finally:
        if descriptor is not None:
            os.close(descriptor)


def run(level: str, data: Path, *arguments: str) -> str:
    """Return what a command prints.

    Raises:
        RuntimeError: it failed.
    """
    running = command(level, data, *arguments)
    said, _ = running.communicate(timeout=START_S_MAX)
    if running.returncode:
        raise RuntimeError(said)
    return said


@contextlib.contextmanager
def serving(level: str, data: Path, at: float | None = None) -> Iterator[int]:
    """Run a server on a directory; give its port.

    Raises:
        RuntimeError: it did not start, or not end, as it should.
    """
    codes = str(data.with_suffix(".codes"))
    running = command(
        level, data, "serve", "--port", "0", "--codes-file", codes, "--rate-scale", "1000", at=at
    )
    said = ""
    port = 0
    for line in running.stdout or ():
        said += line
        if found := re.search(r"listens on +127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
        if line.strip().startswith("A running server"):
            break
    if not port:
        running.kill()
        running.communicate()
        raise RuntimeError(said)
    try:
        yield port
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=START_S_MAX)
    if running.returncode:
        raise RuntimeError(f"the server ended with {running.returncode}")


def newest_code(data: Path, phone: str) -> str:
    """Return the code last sent to a number."""
    lines = data.with_suffix(".codes").read_text().splitlines()
    sent = [said for said in map(json.loads, lines) if said["phone"] == phone.lstrip("+")]
    return str(sent[-1]["code"])


@contextlib.asynccontextmanager
async def connected(data: Path, port: int, session: str = "") -> AsyncIterator[Any]:
    """Give a client that speaks to the server, with a session that was kept or with none."""
    rsa.add_key((data / "server.pub.pem").read_text(), old=False)
    client = TelegramClient(StringSession(session), 1, "x", receive_updates=False)
    client.session.set_dc(2, "127.0.0.1", port)
    await client.connect()
    try:
        yield client
    finally:
        await client.disconnect()


async def enter(client: Any, data: Path, name: str) -> None:
    """Sign somebody up, or log them in again."""
    phone = PHONES[name]
    sent = phone, (await client.send_code_request(phone)).phone_code_hash
    try:
        entered = await client(auth.SignInRequest(*sent, newest_code(data, phone)))
    except SessionPasswordNeededError:
        await client.sign_in(password=PASSWORD)
        return
    if isinstance(entered, types.auth.AuthorizationSignUpRequired):
        await client(auth.SignUpRequest(*sent, first_name=name, last_name=""))
        await client(account.UpdateUsernameRequest(f"{name.lower()}_of_the_tower"))


def picture(grey: int) -> io.BytesIO:
    """Return a small photo."""
    out = io.BytesIO()
    Image.linear_gradient("L").point(lambda v: (v + grey) % 256).resize((96, 64)).convert(
        "RGB"
    ).save(out, "JPEG")
    out.name = "tower.jpg"
    out.seek(0)
    return out


def document(name: str) -> io.BytesIO:
    """Return a file to send."""
    out = io.BytesIO(DOCUMENT)
    out.name = name
    return out


async def play(ada: Any, claude: Any, eve: Any) -> None:
    """Let three people do what a release must keep."""
    her, him = await ada.get_me(), await claude.get_me()
    to_him, to_her = him.username, her.username
    first = await ada.send_message(to_him, "Is **anybody** there? https://example.org")
    (asked,) = await claude.get_messages(to_her, limit=1)
    await claude.send_message(to_her, "I read you.", reply_to=asked)
    await claude.send_read_acknowledge(to_her)
    wrong = await ada.send_message(to_him, "To be put right")
    await ada.edit_message(to_him, wrong, "Put right afterwards")
    await ada.delete_messages(to_him, [await ada.send_message(to_him, "Gone for both")])
    await ada.send_file(to_him, picture(0), caption="The tower")
    await ada.send_file(to_him, document("code book.bin"), force_document=True)
    await ada.send_file(to_him, [picture(40), picture(80)], caption=["One", "Two"])
    await ada.pin_message(to_him, first)
    liked = [types.ReactionEmoji("👍")]
    await claude(messages.SendReactionRequest(peer=to_her, msg_id=asked.id, reaction=liked))
    await ada.send_message("me", "For myself")
    await ada.forward_messages("me", first)
    await ada(messages.SaveDraftRequest(peer=to_him, message="Not yet sent"))
    await _play_group(ada, claude, eve)
    await _play_channel(ada, claude)
    await claude.edit_2fa(new_password=PASSWORD, hint="arms")
    await claude(functions.contacts.BlockRequest(id=(await eve.get_me()).username))
    await ada(
        functions.contacts.AddContactRequest(
            id=to_him, first_name="Claude", last_name="Chappe", phone="", note=None
        )
    )
    await ada(
        account.SetPrivacyRequest(
            key=types.InputPrivacyKeyPhoneNumber(), rules=[types.InputPrivacyValueDisallowAll()]
        )
    )
    await ada(functions.photos.UploadProfilePhotoRequest(file=await ada.upload_file(picture(160))))
    await claude.send_message(to_her, "Not yet read")


async def _play_group(ada: Any, claude: Any, eve: Any) -> None:
    """A basic group of three, where somebody leaves."""
    names = [(await one.get_me()).username for one in (claude, eve)]
    await ada(messages.CreateChatRequest(users=names, title="Telegraphists"))
    (group,) = [d async for d in ada.iter_dialogs() if d.name == "Telegraphists"]
    await ada.send_message(group.entity, "Good morning to both")
    (his,) = [d async for d in claude.iter_dialogs() if d.name == "Telegraphists"]
    await claude.send_message(his.entity, "Good morning")
    await claude.send_file(his.entity, document("signals.bin"), force_document=True)
    await ada(
        messages.EditChatAdminRequest(chat_id=group.entity.id, user_id=names[0], is_admin=True)
    )
    (hers,) = [d async for d in eve.iter_dialogs() if d.name == "Telegraphists"]
    await eve(messages.DeleteChatUserRequest(chat_id=hers.entity.id, user_id="me"))


async def _play_channel(ada: Any, claude: Any) -> None:
    """A public channel with posts, one edited, one pinned, one deleted; and a poll."""
    made = await ada(
        channels.CreateChannelRequest(title="Semaphore", about="News of the line", broadcast=True)
    )
    channel = made.chats[0]
    await ada(channels.UpdateUsernameRequest(channel=channel, username="semaphore_line"))
    await claude(channels.JoinChannelRequest(channel="semaphore_line"))
    first = await ada.send_message(channel, "Paris to Lille")
    await ada.edit_message(channel, first, "Paris to Lille in two minutes")
    await ada.pin_message(channel, first)
    await ada.delete_messages(channel, [await ada.send_message(channel, "A mistake")])
    await ada.send_file(channel, picture(200), caption="A new tower")
    answers = [
        types.PollAnswer(text=types.TextWithEntities(text, []), option=bytes([n]))
        for n, text in enumerate(("North", "South"))
    ]
    poll = types.Poll(
        id=0, question=types.TextWithEntities("Where to?", []), answers=answers, hash=0
    )
    asked = await ada.send_message(channel, file=types.InputMediaPoll(poll=poll))
    await claude(
        messages.SendVoteRequest(peer="semaphore_line", msg_id=asked.id, options=[b"\x01"])
    )


async def shown(client: Any) -> dict[str, Any]:
    """Return what somebody is shown of what was played, in a form that can be compared."""
    me = await client.get_me()
    full = (await client(functions.users.GetFullUserRequest(id="me"))).full_user
    privacy = await client(account.GetPrivacyRequest(key=types.InputPrivacyKeyPhoneNumber()))
    contacts = await client(functions.contacts.GetContactsRequest(hash=0))
    blocked = await client(functions.contacts.GetBlockedRequest(offset=0, limit=10))
    password = await client(account.GetPasswordRequest())
    return {
        "me": [me.id, me.phone, me.username, me.first_name],
        "photo": full.profile_photo is not None,
        "privacy": [type(rule).__name__ for rule in privacy.rules],
        "contacts": sorted(f"{user.first_name} {user.last_name}" for user in contacts.users),
        "blocked": sorted(peer.peer_id.user_id for peer in blocked.blocked),
        "password": [password.has_password, password.hint],
        "dialogs": [await _shown_dialog(client, one) async for one in client.iter_dialogs()],
    }


async def _shown_dialog(client: Any, dialog: Any) -> dict[str, Any]:
    """Return a conversation from its place in the list to its last message."""
    members = []
    if dialog.is_group:
        members = sorted(
            [user.first_name, type(user.participant).__name__]
            for user in await client.get_participants(dialog.entity)
        )
    return {
        "name": dialog.name,
        "unread": [
            dialog.unread_count,
            dialog.dialog.read_inbox_max_id,
            dialog.dialog.read_outbox_max_id,
        ],
        "draft": dialog.draft.text if dialog.draft else "",
        "members": members,
        "messages": [
            await _shown_message(client, one) async for one in client.iter_messages(dialog.entity)
        ],
    }


async def _shown_message(client: Any, message: Any) -> dict[str, Any]:
    """Return a message with the bytes of its file."""
    told: dict[str, Any] = {
        "id": message.id,
        "date": message.date.timestamp(),
        "by": getattr(message.sender, "username", None),
        "text": message.message,
        "action": type(message.action).__name__ if message.action else "",
        "entities": [[type(e).__name__, e.offset, e.length] for e in message.entities or ()],
        "forward": getattr(getattr(message.fwd_from, "from_id", None), "user_id", None),
        "reply": message.reply_to.reply_to_msg_id if message.reply_to else None,
        "edited": message.edit_date is not None and not message.edit_hide,
        "pinned": message.pinned,
        "album": message.grouped_id is not None,
        "reactions": [[r.reaction.emoticon, r.count] for r in message.reactions.results]
        if message.reactions
        else [],
    }
    if message.poll is not None:
        told["poll"] = [[r.option.hex(), r.voters] for r in message.poll.results.results or ()]
    elif message.file is not None:
        told["file"] = [message.file.name, message.file.mime_type, message.file.size]
        told["sha256"] = hashlib.sha256(await message.download_media(bytes)).hexdigest()
    return told


async def _make_level(data: Path, port: int) -> dict[str, Any]:
    """Play on a fresh server; return what each was shown, and their sessions."""
    async with contextlib.AsyncExitStack() as stack:
        people = {}
        for name in PHONES:
            people[name] = client = await stack.enter_async_context(connected(data, port))
            await enter(client, data, name)
        await play(*people.values())
        return {
            name: {"session": client.session.save(), "shown": await shown(client)}
            for name, client in people.items()
        }


def make(archive: Path) -> None:
    """Play, and write the archive.

    Raises:
        RuntimeError: a server did not start or end, or the archive is too large.
    """
    with tempfile.TemporaryDirectory(prefix="chappe-snapshot-") as name:
        home = Path(name)
        told: dict[str, Any] = {"version": chappe.__version__, "levels": {}}
        for level in LEVELS:
            data = home / level
            if level == "sealed":
                run(level, data, "init", "--seal")
            with serving(level, data) as port:
                told["levels"][level] = asyncio.run(_make_level(data, port))
        told["at"] = time.time()
        (home / "shown.json").write_text(json.dumps(told, indent=1, sort_keys=True))
        with tarfile.open(archive, "w:xz", preset=9) as packed:
            for path in (*(home / level for level in LEVELS), home / "shown.json"):
                packed.add(path, path.name, filter=_plain)
    if archive.stat().st_size > PACKED_BYTES_MAX:
        raise RuntimeError(f"{archive} has more than {PACKED_BYTES_MAX} bytes: play less.")


def unpack(archive: Path, home: Path) -> dict[str, Any]:
    """Put the directories of an archive into another; return what people were shown then."""
    with tarfile.open(archive) as packed:
        for entry in packed:  # not `extractall`, whose filters some supported Pythons lack
            target = home / entry.name
            if (content := packed.extractfile(entry)) is None:
                target.mkdir(mode=0o700)
            else:
                target.write_bytes(content.read())
                target.chmod(entry.mode)
    told: dict[str, Any] = json.loads((home / "shown.json").read_text())
    return told


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Return an entry without who packed it; None for what is no file, such as a socket."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry if entry.isfile() or entry.isdir() else None


def main(arguments: Sequence[str]) -> int:
    """Make an archive; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m tools.snapshot FILE.tar.xz", file=sys.stderr)
        return 2
    make(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
