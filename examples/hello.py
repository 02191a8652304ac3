"""Two people sign up on the server that runs here, and one answers the other. `script/hello` runs it."""

import asyncio
import os

from telethon import TelegramClient, events
from telethon.crypto import rsa
from telethon.tl import types
from telethon.tl.functions import account, auth

PORT = int(os.environ.get("CHAPPE_PORT", "8443"))
rsa.add_key(open("chappe-data/server.pub.pem").read(), old=False)


async def join(phone, name):
    person = TelegramClient(None, 1, "x")
    person.session.set_dc(2, "127.0.0.1", PORT)
    await person.connect()
    sent = phone, (await person.send_code_request(phone)).phone_code_hash
    entered = await person(auth.SignInRequest(*sent, input(f"code for {phone}: ")))
    if isinstance(entered, types.auth.AuthorizationSignUpRequired):  # nobody has this number yet
        await person(auth.SignUpRequest(*sent, first_name=name, last_name=""))
        await person(account.UpdateUsernameRequest(name))
    return person


async def main():
    ada, claude = await join("+33600000001", "ada_1815"), await join("+33600000002", "claude_1763")
    claude.add_event_handler(lambda event: event.reply("I read you."), events.NewMessage)
    async with ada.conversation("claude_1763") as talk:
        await talk.send_message("Is anybody there?")
        print((await talk.get_response()).text)


asyncio.run(main())
