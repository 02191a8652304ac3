"""A server of level L2 in daily life: looked at, moved, backed up, restored, by its custodians each time."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chappe import app
from chappe.app.backups.restoring import restore_from_place
from chappe.app.installation import Installation, backups
from chappe.app.installation.checking import check
from chappe.app.installation.layout import LOG, VAULT
from chappe.app.installation.moving import move
from chappe.app.public_log import log_folder
from chappe.core import Kind, Owner
from chappe.core.configuration import Backups, Configuration
from chappe.features.accounts import User
from chappe.gateways.cli import OperatorError, RestoreWanted
from chappe.gateways.cli.control import ask
from chappe.trust import sealing
from tests.journeys.quorum import ORIGIN, Quorum
from tests.journeys.server import START_S_MAX, free_port
from tests.operating import operate

from .kept import ADA, Keeper, unheeded

CONFIG = Configuration(port=0, public_log=ORIGIN)
PART = Path(VAULT, "ca" * 32, "0")  # of a case that is preserved
INSTALLATION = Installation(app.start, app.slices.commands())


class Life:
    """A data directory of level L2 in which Ada lives, and its custodians."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.quorum = folder, folder / "data", Quorum(folder)
        asyncio.run(self._raise())
        settings = f'public_log = "{ORIGIN}"\nport = {free_port()}\n'
        (self.data / "chappe.toml").write_text(settings)
        (self.data / PART).parent.mkdir(parents=True)
        (self.data / PART).write_bytes(b"sealed for a case")

    async def _raise(self) -> None:
        server = await app.start(CONFIG, self.data, None)
        try:
            async with server.context.change(Owner(Kind.USER, ADA)) as change:
                change.put(User(id=ADA, first_name="Ada", created=1))
            (self.data / "policy").write_text(server.public_log.policy_text)
            await operate(server, "custodians-propose", needed=2, cards=self.quorum.cards)
            self.quorum.accept(self.data)
            asked = await operate(server, "custodians-activate")
            answers = self.quorum.answers(asked["request"], "Ada", "Hedy")
            await operate(server, "custodians-answer", answers=answers)
        finally:
            await server.stop()

    def opened(self, data: Path, table: bytes = b"") -> sealing.RootInHand:
        """Return the root key as two custodians give it, to what asks them in a directory."""

        async def ceremony() -> sealing.RootInHand:
            start = INSTALLATION.sealed_start(CONFIG, data, "a test", (), table)
            log = str(log_folder(CONFIG, self.data) / "public")  # as a mirror has it
            for name in ("Grace", "Ada"):
                ran = self.quorum.answer(name, start.facts().request, "open", log=log)
                start.take(ran.out)
            return await start.opened

        return asyncio.run(ceremony())

    def checked(self, data: Path) -> list[str]:
        """Return what `chappe check` finds wrong."""
        root = self.opened(data)
        return asyncio.run(check(data, root, lambda _: None, lambda _done, _of: None))


@pytest.fixture(scope="module")
def raised(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """One for all tests of this file, which leave it as it is."""
    return Life(tmp_path_factory.mktemp("l2"))


def test_a_stopped_server_is_looked_at_and_moved_by_its_custodians(raised: Life) -> None:
    """Each asks them once; a passphrase is no way in."""
    assert raised.checked(raised.data) == []
    with pytest.raises(sealing.RootError, match="Custodians hold the root key"):
        asyncio.run(check(raised.data, "a guess", lambda _: None, lambda _done, _of: None))
    settings = raised.folder / "new.toml"
    shutil.copy(raised.data / "chappe.toml", settings)
    root = raised.opened(raised.data)
    with pytest.raises(OperatorError, match="Nothing is to be moved"):  # and not: it does not open
        asyncio.run(move(raised.data, settings, root, lambda _: None, lambda *_: None))


def test_backups_are_restored_by_its_custodians(raised: Life) -> None:
    """From a place, the vault too; a key that is typed opens none, and the log must be there."""
    keeper = Keeper(
        raised.data,
        Backups(to=str(raised.folder / "far")),
        root=raised.opened(raised.data).take(),
    )
    (raised.folder / "far").mkdir()
    keeper.make()
    assert keeper.attempt().wrong == []
    new, asked = raised.folder / "new", RestoreWanted(source=keeper.settings.to)

    def custodians(table: bytes) -> sealing.RootInHand:
        return raised.opened(new, table)

    def typed(_what: str) -> str:
        raise AssertionError

    with pytest.raises(OperatorError, match="bring its newest copy"):
        restore_from_place(new, asked, None, (typed, custodians), unheeded)
    shutil.copytree(raised.data / LOG, new / LOG)
    restore_from_place(new, asked, None, (typed, custodians), unheeded)
    assert (new / PART).read_bytes() == b"sealed for a case"
    assert sealing.level_of(new) == "L2"
    assert not (new / sealing.OPEN_FILE).exists()
    assert raised.checked(new) == []


def test_a_backup_in_a_file_says_what_else_is_to_be_kept(raised: Life) -> None:
    """The vault beside it; and once it is unpacked, that custodians need the log."""
    target = raised.folder / "backup.tar"
    root = raised.opened(raised.data)

    async def back_up() -> Any:
        server = await app.start(CONFIG, raised.data, root)
        try:
            return await operate(server, "backup", target=str(target))
        finally:
            await server.stop()

    assert asyncio.run(back_up())["also_keep"] == f"chappe.epochs, {VAULT}/"
    wanted = RestoreWanted(source=str(target))
    unpacked = raised.folder / "unpacked"
    missing = backups.restore(target, unpacked, wanted.sessions).missing
    assert missing.startswith(f"{LOG}/")
    shutil.copytree(raised.data / LOG, unpacked / LOG)
    assert raised.checked(unpacked) == []


def test_the_command_waits_for_them_as_a_start_does(raised: Life) -> None:
    """`chappe check` at a terminal: the page, the request in a file, and `chappe unseal`."""
    data = raised.data
    command = [sys.executable, "-m", "chappe", "check", "--data", str(data)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    said = next(line for line in running.stderr if "request  " in line)
    request = Path(said.split()[1])
    with pytest.raises(OperatorError, match="waits for its custodians"):
        ask(data, "users")
    answers = [
        raised.quorum.answer(name, request.read_bytes(), "open").out for name in ("Ada", "Grace")
    ]
    ask(data, "unseal", answers=answers)
    out, err = running.communicate(timeout=START_S_MAX)
    assert (running.returncode, "All is well." in out) == (0, True), err
