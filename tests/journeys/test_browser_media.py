"""Photos, films, sounds and files in a browser, sent to and fetched from people who use other clients."""

import asyncio
import gzip
import io
import json
import random
import re
from array import array
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image
from playwright.async_api import Locator, Response, expect

from tests.features.films import film, voice
from tests.features.films import written as written_film

from .browser import Browser
from .browser_people import acquainted
from .cable import Cable
from .conftest import Town
from .people import Device
from .server import RealServer
from .things import image

pytestmark = pytest.mark.journey

FRIENDS = ("telethon", pytest.param("tdlib", marks=pytest.mark.long))
FILE_BYTES = 5_000_000  # several parts, and fewer than are called big
PART_BYTES = 512 * 1024  # what a browser asks for at once
FILM_S = 60  # seconds of a film that is sought in
FRAMES = 5  # a second of it
SAMPLES = 1_600  # of sound, beside each frame


@pytest.fixture
async def browser(server: RealServer) -> AsyncIterator[Browser]:
    """A browser with the page open; afterwards nothing was said and nothing left the server."""
    async with Browser(server) as made:
        yield made
        assert made.said == []
        assert made.elsewhere == []


def written(folder: Path, name: str, content: bytes) -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content)
    return path


async def fetched(person: Device, peer: int, number: int, folder: Path) -> bytes:
    """Return a file of a message as somebody else's client fetches it."""
    path = folder / f"{person.library.name}-{number}.bin"
    await person.do("download", to=peer, id=number, path=str(path))
    return await asyncio.to_thread(path.read_bytes)


async def captioned(browser: Browser, words: str) -> Locator:
    """Wait until the open chat shows a message with a medium and these words."""
    found = browser.history.get_by_role("article", name=f", {words}, ")
    await expect(found).to_have_count(1)
    return found


async def decoded(tile: Locator) -> None:
    """Wait until a picture is painted."""
    picture = tile.locator("img").last
    await expect(picture).to_have_js_property("complete", True)  # noqa: FBT003  its value
    assert await picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0


@pytest.mark.parametrize("library", FRIENDS)
async def test_albums_go_both_ways(
    town: Town, browser: Browser, tmp_path: Path, library: str
) -> None:
    """In the order that was chosen, with the words once; what is saved is what others fetch."""
    bob, ada = await acquainted(town, browser, library)
    wide = written(tmp_path, "wide.jpg", image(1200, 600, shade=40))
    high = written(tmp_path, "high.jpg", image(600, 900, shade=200))
    dialog = await browser.attach("Photo or video", wide, high)
    await dialog.get_by_role("button", name="Options: high.jpg, 2 of 2").click()
    await browser.page.get_by_role("menuitem", name="Move earlier").click()
    await dialog.get_by_label("Add a caption").fill("from **both** sides")
    await dialog.get_by_role("button", name="Send", exact=True).click()
    heard = await bob.hear_text("from both sides")
    await bob.hear("message", lambda e: e["kind"] == "photo" and e["text"] == "")
    found = sorted(m["id"] for m in await bob.do("history", to=ada, limit=2))
    seen = [await bob.do("media", to=ada, id=number) for number in found]
    assert [(one["width"], one["height"]) for one in seen] == [(600, 900), (1200, 600)]
    assert seen[0]["album"] == seen[1]["album"] != ""
    assert (found[0], seen[1]["caption"]) == (heard["id"], "")

    shades = [10, 60, 120]
    paths = [str(written(tmp_path, f"{n}.jpg", image(640 + n, 480, shade=n))) for n in shades]
    sent = await bob.do("post_album", to=ada, paths=paths, caption="three of a kind")
    album = await captioned(browser, "three of a kind")
    tiles = [album.get_by_role("button", name=f"Photo, {n} of 3") for n in (1, 2, 3)]
    for tile in tiles:
        await decoded(tile)
    await tiles[1].click()
    viewer = browser.page.get_by_role("dialog")
    download = viewer.get_by_role("button", name="Download")
    ids = sent["ids"]
    assert await browser.saved(download) == await fetched(bob, ada, ids[1], tmp_path)
    await browser.page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("button", name="Later")).to_have_count(0)
    saved = await browser.saved(download)
    assert saved == await fetched(bob, ada, ids[2], tmp_path)
    with Image.open(io.BytesIO(saved)) as picture:
        assert picture.size == (640 + shades[2], 480)
    await browser.page.keyboard.press("Escape")
    await expect(tiles[1]).to_be_focused()


@pytest.mark.long
@pytest.mark.parametrize("library", FRIENDS)
async def test_files_are_dropped_pasted_and_saved(
    town: Town, browser: Browser, tmp_path: Path, library: str
) -> None:
    """As they are, or as photos; what was written in the field becomes their caption."""
    bob, ada = await acquainted(town, browser, library)
    report = written(tmp_path, "report.bin", random.Random("report").randbytes(70_000))
    photo = written(tmp_path, "photo.png", image(640, 480))
    await browser.field.fill("as promised")
    zones = browser.page.locator(".drop-zone")
    await browser.drop(zones, report)
    dialog = browser.page.get_by_role("dialog")
    await expect(dialog.get_by_label("Add a caption")).to_have_value("as promised")
    await dialog.get_by_role("button", name="Send", exact=True).click()
    heard = await bob.hear_text("as promised")
    assert heard["kind"] == "document"
    assert (await bob.do("media", to=ada, id=heard["id"]))["name"] == "report.bin"
    assert await fetched(bob, ada, heard["id"], tmp_path) == report.read_bytes()
    await expect(browser.field).to_have_text("")

    await browser.drop(zones.first, photo)
    await dialog.get_by_role("button", name="Send", exact=True).click()
    assert (await bob.hear("message", lambda e: e["peer"] == ada))["kind"] == "photo"

    await browser.page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(320, 200)
            canvas.getContext('2d').fillRect(0, 0, 160, 200)
            const blob = await canvas.convertToBlob()
            await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
        }"""
    )
    await browser.field.focus()
    await browser.page.keyboard.press("Control+v")
    await dialog.get_by_label("Add a caption").fill("pasted")
    await browser.page.keyboard.press("Enter")
    heard = await bob.hear_text("pasted")
    assert (await bob.do("media", to=ada, id=heard["id"]))["width"] == 320

    sent = await bob.do("send_file", to=ada, path=str(report))
    line = (await captioned(browser, "a file")).get_by_role("button", name="Download: report.bin")
    assert await browser.saved(line) == await fetched(bob, ada, sent["id"], tmp_path)


async def test_a_file_goes_on_after_a_cut(town: Town, server: RealServer, tmp_path: Path) -> None:
    """What has come through is not brought again; how far it is stands on it; it is sent once."""
    async with Cable(server.port) as cable, Browser(server, port=cable.port) as browser:
        bob, ada = await acquainted(town, browser)
        content = random.Random("file").randbytes(FILE_BYTES)
        path = written(tmp_path, "long.bin", content)
        dialog = await browser.attach("File", path)
        await dialog.get_by_label("Add a caption").fill("all of it")
        before = cable.up
        await cable.allow(FILE_BYTES // 2)
        await dialog.get_by_role("button", name="Send", exact=True).click()
        sending = browser.history.get_by_role("article").last
        part = sending.get_by_role(
            "button", name=re.compile(r"^Do not send: long.bin [12](\.\d)? MB of")
        )
        await expect(part).to_be_visible()
        await browser.write("words do not wait")
        cable.cut()
        await expect(
            browser.page.get_by_text(re.compile("^Connecting|^Waiting")).first
        ).to_be_visible()
        await cable.allow(None)
        cable.mend()
        heard = await bob.hear_text("all of it")
        assert await fetched(bob, ada, heard["id"], tmp_path) == content
        await expect(part).to_have_count(0)
        assert cable.up - before < FILE_BYTES * 3 // 2  # what was under way goes again, no more
        await bob.hear_text("words do not wait")
        texts = [m["text"] for m in await bob.do("history", to=ada, limit=9)]
        assert sorted(texts) == ["all of it", "good morning, Ada", "words do not wait"]

        # and the other way round
        sent = await bob.do("send_file", to=ada, path=str(path))
        line = (await captioned(browser, "a file")).get_by_role("button", name="Download: long.bin")
        saved = await browser.saved(line)
        assert saved == await fetched(bob, ada, sent["id"], tmp_path) == content
        assert browser.said == []
        assert browser.elsewhere == []


def heavy_film() -> bytes:
    """Return a film of many bytes that goes from black to white on its left, beside noise."""
    width, height = 320, 180
    chance = random.Random("film")
    with written_film("mp4", {"movflags": "faststart"}, piped=False) as (container, out):
        pictures: Any = container.add_stream("libx264", rate=FRAMES)
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        pictures.options = {"preset": "ultrafast", "qp": "10", "g": str(FRAMES)}
        hush: Any = container.add_stream("aac", rate=SAMPLES * FRAMES, layout="mono")
        for number in range(FILM_S * FRAMES):
            frame = av.VideoFrame(width, height, "gray")
            shade = bytes([number * 255 // (FILM_S * FRAMES)])
            plane = frame.planes[0]
            half = plane.line_size // 2
            noise = chance.randbytes(plane.line_size - half)
            plane.update(b"".join(shade * half + noise[n:] + noise[:n] for n in range(height)))
            container.mux(pictures.encode(frame.reformat(format="yuv420p")))
            sound = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES)
            sound.sample_rate, sound.pts = SAMPLES * FRAMES, number * SAMPLES
            sound.planes[0].update(bytes(sound.planes[0].buffer_size))
            container.mux(hush.encode(sound))  # beside the picture, so that both come together
        container.mux(pictures.encode(None))
        container.mux(hush.encode(None))
    return out.data


async def grey_of(film: Locator) -> int:
    """How light the picture is that a film shows now, 0 to 255."""
    found: int = await film.evaluate(
        """film => {
            const canvas = new OffscreenCanvas(8, 8)
            const context = canvas.getContext('2d')
            context.drawImage(film, 0, 0, 8, 8)
            return context.getImageData(1, 4, 1, 1).data[0]
        }"""
    )
    return found


async def test_a_film_plays_from_where_one_goes(
    town: Town, server: RealServer, tmp_path: Path
) -> None:
    """Its end is seen before its middle has come: the player is given the ranges it asks for."""
    async with Cable(server.port) as cable, Browser(server, port=cable.port) as browser:
        bob, ada = await acquainted(town, browser)
        content = await asyncio.to_thread(heavy_film)
        path = written(tmp_path, "film.mp4", content)
        sent = await bob.do("post", to=ada, kind="video", path=str(path), caption="a long one")
        shown = await captioned(browser, "a long one")
        ranges: list[tuple[int, int]] = []

        def came(response: Response) -> None:
            if "/stream/" in response.url and response.status == 206:
                first, last = re.findall(r"\d+", response.headers["content-range"])[:2]
                ranges.append((int(first), int(last)))

        browser.page.on("response", came)
        await cable.allow(None, down=len(content) // 4)
        await shown.get_by_role("button", name="Video").click()
        viewer = browser.page.get_by_role("dialog")
        player = viewer.locator("video")
        await expect(player).to_have_js_property("videoWidth", 320)  # it knows what it has
        await player.evaluate(f"film => {{ film.currentTime = {FILM_S - 10} }}")
        await cable.allow(None)
        await expect(player).to_have_js_property("paused", False)  # noqa: FBT003  its value
        await expect(player).to_have_js_property("seeking", False)  # noqa: FBT003  its value
        await player.evaluate("film => film.pause()")
        wanted = 255 * (FILM_S - 10) // FILM_S
        assert abs(await grey_of(player) - wanted) < 16
        middle = await player.evaluate(
            """(film, at) => [...Array(film.buffered.length).keys()].some(
                (n) => film.buffered.start(n) <= at && at <= film.buffered.end(n))""",
            FILM_S / 2,
        )
        assert not middle
        assert {first for first, _ in ranges if first > len(content) / 2} != set()
        assert all(last - first < len(content) / 2 for first, last in ranges)
        saved = await browser.saved(viewer.get_by_role("button", name="Download"))
        assert saved == await fetched(bob, ada, sent["id"], tmp_path) == content
        assert browser.said == []
        assert browser.elsewhere == []


@pytest.mark.parametrize("library", FRIENDS)
async def test_voices_are_recorded_and_heard(
    town: Town, browser: Browser, tmp_path: Path, library: str
) -> None:
    """Opus in Ogg, with its outline; who sent one is told that it was played."""
    bob, ada = await acquainted(town, browser, library)
    await browser.press("Record a voice message")
    bar = browser.page.get_by_role("group", name="Recording a voice message")
    await expect(bar.get_by_role("timer")).to_have_text("0:02")
    await bar.get_by_role("button", name="Send", exact=True).click()
    heard = await bob.hear("message", lambda e: e["kind"] == "voice")
    seen = await bob.do("media", to=ada, id=heard["id"])
    assert (seen["mime"], seen["duration"] in (2, 3)) == ("audio/ogg", True)
    assert len(set(seen["waveform"])) > 4
    with av.open(io.BytesIO(await fetched(bob, ada, heard["id"], tmp_path))) as sound:
        (stream,) = sound.streams
        assert (stream.type, stream.codec_context.name) in {("audio", "opus"), ("audio", "libopus")}
        assert max(max(array("f", bytes(frame.planes[0]))) for frame in sound.decode(stream)) > 0.01

    path = written(tmp_path, "voice.ogg", voice(seconds=2))
    sent = await bob.do("post", to=ada, kind="voice", path=str(path), duration=2, waveform="")
    last = browser.history.get_by_role("article").last
    await expect(last.get_by_role("img", name="Not played yet")).to_be_visible()
    assert (await bob.do("media", to=ada, id=sent["id"]))["unheard"]
    await last.get_by_role("button", name="Play: Voice message").click()
    await expect(last.get_by_role("img", name="Not played yet")).to_have_count(0)

    async def unheard() -> bool:
        return bool((await bob.do("media", to=ada, id=sent["id"]))["unheard"])

    await browser.eventually(unheard, wanted=False)
    await expect(
        last.get_by_role("button", name="Play: Voice message")
    ).to_be_visible()  # to its end
    await last.get_by_role("button", name="Play: Voice message").click()
    await expect(last.get_by_role("button", name="Pause: Voice message")).to_be_visible()
    await browser.press("Record a voice message")  # not of what is played
    await bar.get_by_role("timer").wait_for()
    await expect(last.get_by_role("button", name="Play: Voice message")).to_be_visible()
    await browser.press("Discard the recording")


@pytest.mark.long
async def test_round_films_and_stickers_are_shown(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    """A round film plays with sound where it stands; a sticker is a picture of its own, without a bubble."""
    bob, ada = await acquainted(town, browser)
    ball = written(tmp_path, "round.mp4", film(seconds=3, width=240, height=240, codec="libx264"))
    await bob.do("post", to=ada, kind="round", path=str(ball), side=240)
    last = browser.history.get_by_role("article").last
    await last.get_by_role("button", name="Play: Video message").click()
    playing = last.locator(".round-stage video")
    await expect(playing).to_have_js_property("paused", False)  # noqa: FBT003
    await expect(playing).to_have_js_property("muted", False)  # noqa: FBT003
    await expect(last.get_by_role("img", name="Not played yet")).to_have_count(0)

    out = io.BytesIO()
    Image.new("RGBA", (512, 400), (200, 30, 30, 90)).save(out, "WEBP")
    path = written(tmp_path, "sticker.webp", out.getvalue())
    await bob.do("post", to=ada, kind="sticker", path=str(path), emoji="🎈")
    sticker = browser.history.get_by_role("img", name="🎈 Sticker")
    await decoded(sticker)
    assert await sticker.locator("img").evaluate("img => img.naturalWidth") == 512
    await expect(browser.chats.get_by_role("button", name="🎈 Sticker")).to_be_visible()


FRAME = """canvas => { // how much is painted, and where
    const { width, height } = canvas
    const copy = new OffscreenCanvas(width, height).getContext('2d')
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, width, height)
    let [painted, across] = [0, 0]
    for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3]) [painted, across] = [painted + 1, across + (at / 4) % width]
    }
    return [painted / (width * height), across / painted / width]
}"""


def drawing(*layers: object, **more: object) -> bytes:
    """Return an animated sticker."""
    head = {"tgs": 1, "v": "5.5.2", "fr": 60, "ip": 0, "op": 120, "w": 512, "h": 512}
    return gzip.compress(json.dumps(head | {"layers": layers} | more).encode())


def ball(**more: object) -> dict[str, object]:
    """Return a layer with a ball that runs from one side to the other in two seconds."""
    ease = {"i": {"x": [1], "y": [1]}, "o": {"x": [0], "y": [0]}}
    run = [{"t": 0, "s": [100, 256, 0], **ease}, {"t": 120, "s": [412, 256, 0]}]
    round_one = {"ty": "el", "p": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [100, 100]}}
    red = {"ty": "fl", "c": {"a": 0, "k": [1, 0, 0, 1]}, "o": {"a": 0, "k": 100}}
    at = {"o": {"a": 0, "k": 100}, "r": {"a": 0, "k": 0}, "p": {"a": 0, "k": [0, 0]}}
    placed = {**at, "a": {"a": 0, "k": [0, 0]}, "s": {"a": 0, "k": [100, 100]}}
    where = {**placed, "p": {"a": 1, "k": run}, "a": {"a": 0, "k": [0, 0, 0]}}
    shapes = [{"ty": "gr", "it": [round_one, red, {"ty": "tr", **placed}]}]
    return {"ty": 4, "ind": 1, "ip": 0, "op": 120, "st": 0, "ks": where, "shapes": shapes} | more


@pytest.mark.long
async def test_drawn_stickers_move(town: Town, browser: Browser, tmp_path: Path) -> None:
    """Or stand still, for who wants that; what is none that is drawn is its picture, or its emoji."""
    bob, ada = await acquainted(town, browser)

    async def send(emoji: str, content: bytes, **more: str) -> Locator:
        path = str(written(tmp_path, f"{ord(emoji)}.tgs", content))
        kind = {"kind": "sticker", "mime": "application/x-tgsticker"}
        await bob.do("post", to=ada, path=path, emoji=emoji, **kind, **more)
        return browser.history.get_by_role("img", name=f"{emoji} Sticker")

    inside = {"ty": 0, "refId": "a", "ip": 0, "op": 120, "st": 0, "ks": {}}
    itself = {"id": "a", "layers": [inside]}
    still = str(written(tmp_path, "still.jpg", image(320, 320)))
    await decoded(await send("🚲", drawing(inside, assets=[itself]), thumb=still))
    alone = await send("🪁", drawing({"ty": 5}))
    await expect(alone.get_by_text("🪁")).to_be_visible()

    sticker = await send("🎾", drawing(ball()))
    canvas = sticker.locator("canvas")
    await canvas.wait_for()
    await expect(sticker.get_by_text("🎾")).to_have_count(0)  # once the first frame is there
    painted, across = await canvas.evaluate(FRAME)
    assert painted == pytest.approx(0.03, abs=0.005)  # the ball
    assert across == pytest.approx(100 / 512, abs=0.01)  # where it begins
    await browser.page.emulate_media(reduced_motion="no-preference")
    await browser.page.reload()
    await browser.open_chat("Bob Journey")
    places: set[float] = set()

    async def seen() -> bool:
        places.add((await canvas.evaluate(FRAME))[1])
        return len(places) > 5

    await browser.eventually(seen, wanted=True)
    assert browser.said == []


@pytest.mark.long
async def test_files_are_sent_without_sound_and_later(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    """The button that sends files offers what the one for words does."""
    bob, ada = await acquainted(town, browser)
    path = written(tmp_path, "photo.jpg", image(320, 240))

    async def send(words: str, item: str) -> None:
        dialog = await browser.attach("Photo or video", path)
        await dialog.get_by_label("Add a caption").fill(words)
        await dialog.get_by_role("button", name="Send", exact=True).click(button="right")
        await browser.page.get_by_role("menuitem", name=item).click()

    await send("hush", "Send without sound")
    heard = await bob.hear_text("hush")
    assert (heard["silent"], heard["kind"]) == (True, "photo")
    await send("later", "Send later…")
    await browser.page.get_by_role("dialog").get_by_role("button", name="Schedule").click()
    await browser.press("Scheduled messages")
    panel = browser.page.get_by_role("complementary")
    await panel.get_by_role("button", name=re.compile("later")).click()
    await browser.page.get_by_role("menuitem", name="Send now").click()
    heard = await bob.hear_text("later")
    assert (heard["kind"], heard["peer"]) == ("photo", ada)
