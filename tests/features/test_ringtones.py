"""Sounds of notifications: brought along, kept, and the same on every device."""

from typing import Any

import pytest

from chappe.tl import api, errors

from .films import film, music
from .sticking import fetched, named
from .village import village


async def up(person: Any, data: bytes, mime: str = "audio/mpeg") -> Any:
    """Upload bytes as a sound."""
    number = person.village.number()
    await person(api.UploadSaveFilePart(file_id=number, file_part=0, bytes=data))
    file = api.InputFile(id=number, parts=1, name="x.mp3", md5_checksum="")
    return await person(api.AccountUploadRingtone(file=file, file_name="bell.mp3", mime_type=mime))


async def kept(person: Any) -> list[Any]:
    """Return the sounds somebody keeps."""
    return list((await person(api.AccountGetSavedRingtones(hash=0))).ringtones)


async def test_a_sound_is_kept_and_rings() -> None:
    """On every device, for the chats it was chosen for, until it is taken away."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        bell = await up(ada, music("mp3", "libmp3lame", seconds=2))
        assert await kept(ada) == []
        saved = await ada(api.AccountSaveRingtone(id=named(bell), unsave=False))
        assert isinstance(saved, api.AccountSavedRingtone)
        await v.wait(7_200)
        assert len(ada.told(api.UpdateSavedRingtones)) == 1
        shown = await ada(api.AccountGetSavedRingtones(hash=0))
        assert [d.id for d in shown.ringtones] == [bell.id]
        assert await fetched(ada, shown.ringtones[0]) == music("mp3", "libmp3lame", seconds=2)
        again = await ada(api.AccountGetSavedRingtones(hash=shown.hash))
        assert isinstance(again, api.AccountSavedRingtonesNotModified)
        where = api.InputNotifyPeer(peer=ada.peer(eve))
        sound = api.NotificationSoundRingtone(id=bell.id)
        settings = api.InputPeerNotifySettings(sound=sound)
        await ada(api.AccountUpdateNotifySettings(peer=where, settings=settings))
        assert (await ada(api.AccountGetNotifySettings(peer=where))).other_sound == sound
        await ada(api.AccountSaveRingtone(id=named(shown.ringtones[0]), unsave=True))
        assert await kept(ada) == []
        with pytest.raises(errors.FileReferenceExpired):
            await fetched(ada, shown.ringtones[0])
        await v.wait(7_200)
        with pytest.raises(errors.FileIdInvalid):
            await fetched(ada, shown.ringtones[0])


async def test_what_is_no_sound_of_notifications_is_refused() -> None:
    """A long one, a film, plain words, another's."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        for data, mime in (
            (music("mp3", "libmp3lame", seconds=9), "audio/mpeg"),
            (b"plain words", "audio/mpeg"),
            (music("mp3", "libmp3lame", seconds=1), "image/png"),
            (film(seconds=1), "audio/mp4"),
            (bytes(101 * 1024), "audio/mpeg"),
        ):
            with pytest.raises(errors.RingtoneMimeInvalid):
                await up(ada, data, mime)
        bell = await up(ada, music("mp3", "libmp3lame", seconds=1))
        with pytest.raises(errors.FileIdInvalid):
            await eve(api.AccountSaveRingtone(id=named(bell), unsave=False))
        with pytest.raises(errors.RingtoneInvalid):
            await ada(api.AccountSaveRingtone(id=api.InputDocumentEmpty(), unsave=False))
        assert await kept(ada) == []
