"""What every way of logging in ends with, and how new people come to be."""

from typing import Any

from chappe.core import SHARD_COUNT, Kind, Owner
from chappe.features import accounts
from chappe.rpc import Call
from chappe.tl import api

from .keys import alter_key
from .records import Session
from .sessions import NewSession, session_hash


async def user_by_phone(call: Call, phone: str) -> int | None:
    """Return whose number this is."""
    owner = await accounts.find(call.house, "phone", phone)
    if owner is None:
        return None
    record = await call.look(owner).get(accounts.User)
    return owner.id if record is not None and record.phone == phone and not record.deleted else None


async def create_user(call: Call, phone: str, first_name: str, last_name: str) -> int:
    """Make a new person and return their id; somebody who took the number meanwhile wins."""
    async with call.house.change(Owner(Kind.HOUSE, 0)) as change:
        number = change.next("users")
    shard = int.from_bytes(call.house.entropy.token(2), "big") % SHARD_COUNT
    user = number * SHARD_COUNT + shard
    if user == accounts.SERVICE_USER:
        user += 1
    owner = Owner(Kind.USER, user)
    taken = await accounts.find(call.house, "phone", phone)
    if not await accounts.claim(call.house, "phone", phone, owner, taken):
        raise RuntimeError("a number was claimed twice at once")
    async with call.house.change(owner) as change:
        change.put(
            accounts.User(
                id=user, first_name=first_name, last_name=last_name, phone=phone, created=call.now
            )
        )
        change.put(accounts.Seen(until=call.now))
        change.next("pts")
    return user


async def log_in(call: Call, user: int) -> Any:
    """Make the caller's key this user's; tell their other sessions; return `auth.authorization`."""
    client, house = call.client, call.house
    await alter_key(house, client.key_id, user=user, pending_user=0)
    device = client.device
    async with house.change(Owner(Kind.USER, user), client) as change:
        others = await change.scan(Session, limit=2)
        change.put(
            Session(
                key_id=client.key_id,
                created=call.now,
                active=call.now,
                api_id=device.api_id,
                device_model=device.device_model,
                system_version=device.system_version,
                app_version=device.app_version,
            )
        )
        if others:
            change.notice(
                NewSession(
                    hash=session_hash(house, user, client.key_id),
                    date=call.now,
                    device=device.device_model,
                )
            )
    call.service("clients").log_in(client.key_id, user)
    call.user = user
    notify = house.services.get("service_message")
    if others and notify is not None:
        await notify(
            house,
            user,
            f"New login. Somebody logged in to your account from {device.device_model or 'a device'}. "
            "If it was not you, end that session in Settings, Devices.",
        )
    joined = house.services.get("user_came")
    if joined is not None:
        await joined(house, user)
    viewer = call.viewer()
    return api.AuthAuthorization(user=await accounts.show_user(viewer, user))
