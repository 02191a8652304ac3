"""An account that is being deleted is deleted in the end, whatever fails in the middle."""

from typing import Any

import pytest
from tests.operating import operate

from chappe.core import Kind, Owner
from chappe.features import accounts, auth
from chappe.features.auth import account_deletion
from chappe.ports import EngineError, StoreFull
from chappe.tl import api, errors

from .answering import answer
from .village import Person, Village, village


async def begin(v: Village) -> tuple[Person, Person]:
    """Let Ada write to Claude, with a name of her own."""
    ada, claude = await v.people_named("Ada", "Claude")
    await ada(api.AccountUpdateUsername(username="countess"))
    await ada.say(claude, "a secret")
    return ada, claude


async def is_gone(v: Village, person: Person) -> bool:
    """Whether nothing is left of somebody but a tombstone."""
    owner = Owner(Kind.USER, person.id)
    rows = await v.context.store.engine.walk(owner, ("", b""), limit=100)
    claims = [await accounts.find_owner(v.context, "phone", person.phone)]
    claims.append(await accounts.find_owner(v.context, "username", "countess"))
    return [row[0] for row in rows] == ["user"] and claims == [None, None]


FAILING = ("erase", "end_session", "release", "forget_files")


def break_it(v: Village, patched: pytest.MonkeyPatch, what: str) -> None:
    """Have one step of a deletion fail."""

    async def full(*_: Any) -> None:
        raise StoreFull("The disk is full.")

    if what == "erase":
        patched.setattr(v.context.store.engine, "erase", full)
    elif what == "forget_files":
        answer(patched, v.context, auth.hooks.forget_files, full)
    else:
        patched.setattr(accounts if what == "release" else account_deletion, what, full)


@pytest.mark.parametrize("what", FAILING)
async def test_an_operator_who_asks_again_finishes_what_failed(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is told that there is no such account once all is done."""
    async with village() as v:
        ada, _ = await begin(v)
        with monkeypatch.context() as patched:
            break_it(v, patched, what)
            with pytest.raises(EngineError):
                await operate(v.server, "erase", user=ada.id)
        assert not await is_gone(v, ada)
        assert await operate(v.server, "erase", user=ada.id)
        assert await is_gone(v, ada)
        with pytest.raises(ValueError, match="no account"):
            await operate(v.server, "erase", user=ada.id)
        with pytest.raises(ValueError, match="no account"):
            await operate(v.server, "erase", user=4096 * 999)


@pytest.mark.parametrize("what", FAILING)
async def test_what_failed_is_finished_by_itself(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked by its owner, and nobody looks at it again."""
    async with village() as v:
        ada, claude = await begin(v)
        with monkeypatch.context() as patched:
            break_it(v, patched, what)
            with pytest.raises((EngineError, errors.RpcError)):
                await ada(api.AccountDeleteAccount(reason="enough"))
        assert [type(told) for told in v.bugs] == [StoreFull]
        v.bugs.clear()
        await v.wait(account_deletion.FINISH_AFTER_S)
        assert await is_gone(v, ada)
        assert await claude.texts(ada) == ["a secret"]
        await v.wait(86_400)
        assert await is_gone(v, ada)


async def test_a_crash_before_the_tombstone_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The box is empty, and nobody knows any more who had it, but the job."""
    async with village() as v:
        ada, _ = await begin(v)
        owner = Owner(Kind.USER, ada.id)
        erase = v.context.erase

        async def crash(gone: Owner) -> None:
            await erase(gone)
            raise StoreFull("The process ends here.")

        with monkeypatch.context() as patched:
            patched.setattr(type(v.context), "erase", lambda _, gone: crash(gone))
            with pytest.raises(EngineError):
                await operate(v.server, "erase", user=ada.id)
        assert await v.context.look(owner).get(accounts.User) is None
        await v.wait(account_deletion.FINISH_AFTER_S)
        assert await is_gone(v, ada)
