"""Files by the HTTP Bot API: sent in every form, named again, and fetched; by who may have them."""

import io

from PIL import Image

from tests.features.test_bots import made
from tests.gateways.bots_by_http import HttpBot, bot_village, http_bot, peer_of, write
from tests.gateways.browsing import ask

GONE = (400, "Bad Request: wrong file_id or the file is temporarily unavailable")


def jpeg(side: int = 300, colour: str = "teal") -> bytes:
    """Return a picture."""
    kept = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(kept, "JPEG")
    return kept.getvalue()


async def test_a_file_is_sent_named_again_and_fetched() -> None:
    """A document of several parts by a form, its file_id in another message, and its bytes."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        await write(ada, await peer_of(ada, bot), "hello")
        data = bytes(range(256)) * 4_100  # more than two parts
        told = await bot.by_parts(
            "sendDocument", {"document": ("list.csv", data)}, chat_id=ada.id, caption="Here"
        )
        document = told.result["document"]
        assert (document["file_name"], document["file_size"]) == ("list.csv", len(data))
        assert (document["mime_type"], told.result["caption"]) == ("text/csv", "Here")
        assert await bot.fetched(document["file_id"]) == data
        again = await bot("sendDocument", chat_id=ada.id, document=document["file_id"])
        assert again["document"]["file_unique_id"] == document["file_unique_id"]
        v.clock.time += 86_400 * 30  # long after the reference of the file has ended
        assert await bot.fetched(document["file_id"]) == data
        wrong = (400, "Bad Request: can't use file of type Document as Photo")
        fields = {"chat_id": ada.id, "photo": document["file_id"]}
        assert await bot.refused("sendPhoto", **fields) == wrong
        empty = (400, "Bad Request: there is no document in the request")
        assert await bot.refused("sendDocument", chat_id=ada.id) == empty
        told = await bot.by_parts("sendDocument", {"document": ("a", b"")}, chat_id=ada.id)
        assert told.refusal == (400, "Bad Request: file must be non-empty")
        place = {"chat_id": ada.id, "message_id": told_id(again)}
        assert await bot("deleteMessage", **place) is True
        assert await bot.refused("getFile", file_id=again["document"]["file_id"]) == GONE


def told_id(message: dict[str, int]) -> int:
    """Return the number of a message."""
    return message["message_id"]


async def test_photos_albums_and_what_replaces_them() -> None:
    """A photo in its sizes, an album of attached files, all or nothing, and another photo instead."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        await write(ada, await peer_of(ada, bot), "hello")
        told = await bot.by_parts("sendPhoto", {"photo": ("a.jpg", jpeg())}, chat_id=ada.id)
        sizes = told.result["photo"]
        assert [one["width"] for one in sizes] == sorted(one["width"] for one in sizes)
        assert (await bot.fetched(sizes[-1]["file_id"]))[:2] == b"\xff\xd8"
        album = [
            {
                "type": "photo",
                "media": "attach://one",
                "caption": "*Both*",
                "parse_mode": "Markdown",
            },
            {"type": "photo", "media": "attach://two"},
        ]
        files = {"one": ("1.jpg", jpeg(200)), "two": ("2.jpg", jpeg(250, "red"))}
        told = await bot.by_parts("sendMediaGroup", files, chat_id=ada.id, media=album)
        first, second = told.result
        assert first["media_group_id"] == second["media_group_id"]
        assert first["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]
        few = await bot.refused("sendMediaGroup", chat_id=ada.id, media=album[:1])
        assert few[0] == 400
        broken = [album[0], {"type": "photo", "media": "attach://none"}]
        told = await bot.by_parts("sendMediaGroup", files, chat_id=ada.id, media=broken)
        assert told.refusal == (400, "Bad Request: there is no photo in the request")
        other = {"type": "photo", "media": sizes[-1]["file_id"], "caption": "New"}
        place = {"chat_id": ada.id, "message_id": first["message_id"]}
        after = await bot("editMessageMedia", media=other, **place)
        assert after["caption"] == "New"
        film = await bot.by_parts(
            "sendVideo", {"video": ("a.mp4", b"no film" * 100)}, chat_id=ada.id, duration=3
        )
        assert film.body["ok"] is True
        url = {"chat_id": ada.id, "photo": "https://example.org/a.jpg"}
        unfetched = (400, "Bad Request: failed to get HTTP URL content")
        assert await bot.refused("sendPhoto", **url) == unfetched


async def test_a_file_is_given_to_its_bot_alone() -> None:
    """Another bot's file_id says nothing, nor does a token that is none."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        await write(ada, await peer_of(ada, bot), "hello")
        told = await bot.by_parts(
            "sendDocument", {"document": ("a.txt", b"secret")}, chat_id=ada.id
        )
        named = told.result["document"]["file_id"]
        path = (await bot("getFile", file_id=named))["file_path"]
        other = HttpBot(at, await made(ada, "other_bot"))
        await write(ada, await peer_of(ada, other, "other_bot"), "hello")
        assert await other.refused("getFile", file_id=named) == GONE
        for token, status in ((other.token, 404), (bot.token[:-1] + "!", 401), ("1", 404)):
            answer = await ask(at.port, f"/file/bot{token}/{path}")
            assert answer.status in (status, 501)
            assert b"secret" not in answer.body
        answer = await ask(at.port, f"/file/bot{bot.token}/documents/nothing.txt")
        assert answer.status == 404


async def test_what_this_server_has_not_is_answered_as_programs_know_it() -> None:
    """Gifts, Stars, businesses, payments."""
    async with bot_village() as (v, at):
        ada = await v.person("Ada")
        bot = await http_bot(at, ada)
        assert await bot("getMyStarBalance") == {"amount": 0}
        assert await bot("getAvailableGifts") == {"gifts": []}
        no = (400, "Bad Request: business connection not found")
        assert await bot.refused("getBusinessConnection", business_connection_id="x") == no
        assert (await bot.refused("sendInvoice"))[1] == "Bad Request: PAYMENT_PROVIDER_INVALID"
