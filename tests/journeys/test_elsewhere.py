"""Apps on another machine: re-pointed by address and key alone, they reach a server across a network."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from .desktop import Desktop
from .networks import SERVER, Networks
from .people import ENVIRONMENTS, LIBRARIES, Device
from .server import RealServer
from .system import debian

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def networks() -> Iterator[Networks]:
    """A network for the server, and one for the apps."""
    made = Networks()
    made.make()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def far(networks: Networks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server on the other machine."""
    data = tmp_path_factory.mktemp("far") / "data"
    running = RealServer(data, host=SERVER, inside=networks.inside(networks.here))
    running.start()
    yield running
    running.stop()
    assert running.bugs() == []


@pytest.fixture
async def ann(networks: Networks, far: RealServer, tmp_path: Path) -> AsyncIterator[Device]:
    """Somebody at TDLib, on this machine, not signed in yet."""
    (found,) = (ENVIRONMENTS / "tdlib").rglob("libtdjson*.so*")
    copy = far.repoint("tdlib", found, tmp_path / "libtdjson.so")
    library = LIBRARIES["tdlib"]
    library = replace(library, command=(*networks.inside(networks.there), *library.command))
    device = await Device(library, far, tmp_path / "ann", str(copy)).open()
    yield device
    await device.close()
    assert device.complaints == []


async def test_apps_reach_a_server_on_another_machine(
    networks: Networks, far: RealServer, ann: Device, tmp_path: Path
) -> None:
    """Ann at TDLib and Ada at Telegram Desktop sign up there; what one sends, the other reads."""
    for program in ("telegram-desktop", "Xvfb", "xdotool"):
        debian(program)
    await ann.sign_up("+33600080001", "Ann")
    desktop = Desktop(far, tmp_path / "desktop", networks.inside(networks.there))
    desktop.start()
    try:
        await desktop.sign_up("+33600080002", "Ada", "Desk")
        ada = (await ann.do("find_phone", phone="+33600080002", first="Ada"))["id"]
        await ann.do("send", to=ada, text="from far away")
        await desktop.called(desktop.open_first, "messages.readHistory")
        await ann.hear("read", lambda e: e["peer"] == ada)
        desktop.look("read")
        assert desktop.complaints() == []
    finally:
        desktop.close()
