"""Photos of profiles that move, and photos that are suggested to a friend, on every library."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.features.films import film

from .conftest import Town
from .people import Device
from .things import image
from .together import SENDERS, company, eventually, others

pytestmark = pytest.mark.journey

SIDE = 640  # pixels of a film that is shown beside a name, and of the largest photo made of it
START_S = 0.5


async def test_a_face_moves_for_every_library(town: Town, tmp_path: Path) -> None:
    """Each shows a film in the place of a photo; all others fetch it as it was, and a frame of it."""
    people, _, _ = await company(town, SENDERS)
    for turn, sender in enumerate(people):
        path = tmp_path / "face.mp4"
        path.write_bytes(film(seconds=2 + turn, width=SIDE, height=SIDE, sound=False))
        wanted = hashlib.sha256(path.read_bytes()).hexdigest()
        await sender.do("set_film", path=str(path), start=START_S)

        async def fetches(reader: Device, peer: int = sender.user) -> Any:
            got = tmp_path / f"{reader.library.name}.mp4"
            if not await reader.do("download_film_of", to=peer, path=str(got)):
                return ""
            return hashlib.sha256(got.read_bytes()).hexdigest()

        for reader in others(people, sender):
            await eventually(lambda reader=reader: fetches(reader), wanted, reader.library.name)
            still = tmp_path / f"{reader.library.name}.jpg"
            assert await reader.do("download_photo_of", to=sender.user, path=str(still))


async def test_a_friend_takes_a_photo_that_was_suggested(town: Town, tmp_path: Path) -> None:
    """Each suggests one to the next, who shows it; all others fetch the same."""
    people, _, _ = await company(town, SENDERS)
    for turn, sender in enumerate(people):
        friend = people[(turn + 1) % len(people)]
        path = tmp_path / "face.jpg"
        path.write_bytes(image(700, 700, shade=40 * turn))
        await sender.do("suggest_photo", to=friend.user, path=str(path))

        async def takes(friend: Device = friend, sender: Device = sender) -> str:
            return "taken" if await friend.do("take_photo", to=sender.user) else "none yet"

        await eventually(takes, "taken", friend.library.name)

        async def looks(reader: Device, peer: int = friend.user) -> Any:
            got = tmp_path / f"{reader.library.name}.jpg"
            if not await reader.do("download_photo_of", to=peer, path=str(got)):
                return ""
            return hashlib.sha256(got.read_bytes()).hexdigest()

        wanted = await looks(sender)
        assert wanted
        for reader in others(people, friend):
            await eventually(lambda reader=reader: looks(reader), wanted, reader.library.name)
