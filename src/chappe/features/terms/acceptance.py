"""Acceptance of terms: those in force, how they are shown, and the record of who has accepted them."""

from typing import Any, Final

import msgspec

from chappe.tl import api
from chappe.updates import Change, Context, PerServer, View

from .records import TermsAccepted
from .rules import TermsOfUse


class TermsInForce:
    """The terms of one server, if it has any: read when it starts."""

    def __init__(self) -> None:
        self.terms: TermsOfUse | None = None


TERMS: Final[PerServer[TermsInForce]] = PerServer(lambda _: TermsInForce())


def show_terms(terms: TermsOfUse) -> api.HelpTermsOfService:
    """Return terms as apps are shown them."""
    entities: list[Any] = []
    for name, offset, length, argument in terms.entities:
        more = {"url": argument} if name == "MessageEntityTextUrl" else {}
        entities.append(getattr(api, name)(offset=offset, length=length, **more))
    return api.HelpTermsOfService(
        popup=terms.popup,
        id=api.DataJSON(data=msgspec.json.encode({"version": terms.version}).decode()),
        text=terms.text,
        entities=entities,
        min_age_confirm=terms.min_age or None,
    )


def version_named(id_: api.DataJSON) -> str:
    """Return the version an app means that was shown terms; empty if it means none."""
    try:
        said = msgspec.json.decode(id_.data, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return ""
    return said.get("version", "")


def shown_at_sign_up(context: Context) -> api.HelpTermsOfService | None:
    """Return what whoever is about to sign up is shown; see `auth.hooks.shown_at_sign_up`."""
    terms = context.own(TERMS).terms
    return show_terms(terms) if terms is not None else None


def accept_at_sign_up(context: Context, change: Change) -> None:
    """Note that who signs up accepts the terms, in the change that makes their account: it is one act."""
    terms = context.own(TERMS).terms
    if terms is not None:
        change.put(TermsAccepted(version=terms.version, at=change.now))


async def has_accepted(look: View, terms: TermsOfUse) -> bool:
    """Whether the owner of a box has accepted these terms as they stand."""
    return await look.get(TermsAccepted, terms.version) is not None
