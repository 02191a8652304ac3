"""A person's sleeping twin: another device that knew how things stood, slept, and asks what it missed.

What it knew, and what the difference tells it, must together be what the server shows to one who
comes new: a stale picture and the updates are the fresh picture.
"""

from contextlib import suppress
from copy import deepcopy
from typing import Any

from bench.client import AuthKey, Client, Place, Refused, log_in, read_modulus

from chappe.tl import api

from .picture import CHANNELS, Picture
from .server import RealServer

HISTORY_MAX = 100  # messages of a conversation that are compared
SLICE = 100  # events of a channel asked for at once


def peer_of(picture: Picture, number: int, users: dict[int, int]) -> Any:
    """Return how to name a conversation."""
    if number > 0:
        return api.InputPeerUser(user_id=number, access_hash=users.get(number, 0))
    if number > -CHANNELS:
        return api.InputPeerChat(chat_id=-number)
    channel = -number - CHANNELS
    return api.InputPeerChannel(channel_id=channel, access_hash=picture.hashes[channel])


class Twin:
    """Another device of a person, asleep but for a moment at a time."""

    def __init__(self, server: RealServer, phone: str) -> None:
        self._server = server
        self._phone = phone.lstrip("+")
        self._auth: AuthKey | None = None
        self._client: Client
        self._knew = Picture()
        self.fresh = Picture()  # how things stood when it last woke

    async def _wake(self) -> None:
        place = Place("127.0.0.1", self._server.port, read_modulus(self._server.data))
        known = self._auth is not None
        self._client = await Client.connect(place, self._auth)
        if not known:
            await log_in(self._client, self._phone, self._server.codes)
        self._auth = self._client.auth

    async def nap(self) -> None:
        """Look how things stand, and sleep."""
        await self._wake()
        self._knew = await self._look()
        self._client.close()

    async def catch_up(self) -> dict[int, list[Any]]:
        """Wake, ask what was missed, and find everything as one who comes new finds it.

        Returns what was wrong: peers with what the twin has and what is there.
        """
        await self._wake()
        mine = deepcopy(self._knew)
        while True:
            await self._difference(mine)
            await self._look_again(mine)
            self.fresh = await self._look()
            if self.fresh.pts == mine.pts and all(
                self.fresh.channels.get(c) == pts
                for c, pts in mine.channels.items()
                if -(CHANNELS + c) in self.fresh.dialogs
            ):
                break  # else something came in between: go on from there
        self._client.close()
        return unlike(mine, self.fresh)

    # -- fresh ---------------------------------------------------------------------------------

    async def _look(self) -> Picture:
        """Return how things stand for one who comes new, all of it of one moment."""
        while True:
            seen = Picture()
            state = await self._client.call(api.UpdatesGetState())
            seen.pts, seen.qts, seen.date = state.pts, state.qts, state.date
            users = await self._dialogs(seen)
            for peer in list(seen.dialogs):
                page = await self._client.call(
                    api.MessagesGetHistory(
                        peer=peer_of(seen, peer, users),
                        offset_id=0,
                        offset_date=0,
                        add_offset=0,
                        limit=HISTORY_MAX,
                        max_id=0,
                        min_id=0,
                        hash=0,
                    )
                )
                for message in page.messages:
                    seen.keep(message)
            after = Picture()
            await self._dialogs(after)
            state = await self._client.call(api.UpdatesGetState())
            moved = (state.pts, after.dialogs, after.channels)
            if moved == (seen.pts, seen.dialogs, seen.channels):
                return seen

    async def _dialogs(self, seen: Picture) -> dict[int, int]:
        """Read all conversations; return the hashes of the people in them."""
        users: dict[int, int] = {}
        for folder in (0, 1):
            found = await self._client.call(
                api.MessagesGetDialogs(
                    offset_date=0,
                    offset_id=0,
                    offset_peer=api.InputPeerEmpty(),
                    limit=100,
                    hash=0,
                    folder_id=folder,
                )
            )
            seen.meet(found.chats)
            users.update({u.id: u.access_hash for u in found.users if u.access_hash})
            for dialog in found.dialogs:
                seen.show(dialog)
        return users

    # -- missed --------------------------------------------------------------------------------

    async def _difference(self, mine: Picture) -> None:
        while True:
            told = await self._client.call(
                api.UpdatesGetDifference(pts=mine.pts, date=mine.date, qts=mine.qts)
            )
            if isinstance(told, api.UpdatesDifferenceEmpty):
                break
            mine.meet(told.chats)
            for message in told.new_messages:
                mine.come(message)
            for update in told.other_updates:
                if isinstance(update, api.UpdateChannelTooLong):
                    await self._channel(mine, update.channel_id)
            for update in told.other_updates:
                mine.hear(update)
            whole = isinstance(told, api.UpdatesDifference)
            state = told.state if whole else told.intermediate_state
            mine.pts, mine.qts, mine.date = state.pts, state.qts, state.date
            if whole:
                break

    async def _look_again(self, mine: Picture) -> None:
        """Ask how reactions and polls of posts stand, as apps do whenever they show them."""
        for channel in mine.channels:
            posts = mine.messages.get(-(CHANNELS + channel), {})
            if not posts:
                continue
            peer = api.InputPeerChannel(channel_id=channel, access_hash=mine.hashes[channel])
            asked = [api.MessagesGetMessagesReactions(peer=peer, id=sorted(posts))]
            asked += [
                api.MessagesGetPollResults(peer=peer, msg_id=number, poll_hash=0)
                for number, post in posts.items()
                if isinstance(getattr(post, "media", None), api.MessageMediaPoll)
            ]
            with suppress(Refused):  # not theirs any more
                for request in asked:
                    for update in (await self._client.call(request)).updates:
                        mine.hear(update)

    async def _channel(self, mine: Picture, channel: int) -> None:
        """Ask what was missed in a channel, if the twin knew it: else it reads it anew."""
        if channel not in mine.channels:
            mine.unknown.add(channel)
            return
        named = api.InputChannel(channel_id=channel, access_hash=mine.hashes[channel])
        while True:
            try:
                told = await self._client.call(
                    api.UpdatesGetChannelDifference(
                        channel=named,
                        filter=api.ChannelMessagesFilterEmpty(),
                        pts=mine.channels[channel],
                        limit=SLICE,
                    )
                )
            except Refused:  # not theirs any more
                del mine.channels[channel]
                mine.dialogs.pop(-(CHANNELS + channel), None)
                return
            if isinstance(told, api.UpdatesChannelDifferenceTooLong):
                peer = mine.show(told.dialog)
                mine.messages[peer] = {}
                for message in told.messages:
                    mine.keep(message)
                return
            if isinstance(told, api.UpdatesChannelDifference):
                mine.meet(told.chats)
                for message in told.new_messages:
                    mine.come(message)
                for update in told.other_updates:
                    mine.hear(update)
            mine.channels[channel] = told.pts
            if told.final:
                return


def unlike(mine: Picture, fresh: Picture) -> dict[int, list[Any]]:
    """Return in what a picture differs from what is there: peers with both."""
    had, there = mine.facts(), fresh.facts()
    for channel in mine.unknown - set(mine.channels):
        there.pop(-(CHANNELS + channel), None)  # it knows that it must read this anew
        had.pop(-(CHANNELS + channel), None)
    wrong: dict[int, list[Any]] = {}
    for peer in had.keys() | there.keys():
        one, other = had.get(peer, {}), there.get(peer, {})
        keys = [k for k in one.keys() & other.keys() if one[k] != other[k]]
        if len(fresh.messages.get(peer, {})) < HISTORY_MAX:
            keys += sorted(one.keys() ^ other.keys())
        else:
            keys += sorted(other.keys() - one.keys())
        if keys:
            wrong[peer] = [(k, one.get(k), other.get(k)) for k in keys]
    return wrong
