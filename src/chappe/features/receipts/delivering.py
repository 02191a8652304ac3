"""A receipt comes to whom it is about: a message of the service, with a file that `verify.py` checks."""

from typing import Final

from chappe.core import Kind, Owner
from chappe.features import accounts, conversations, files
from chappe.updates import Context

# what an act has done, for whom it was done to; by the word of the public log
SAID: Final = {
    "end": "has ended sessions of your account",
    "grant": "has changed what your account may do here",
    "reentry": "has made a link by which one device may come into your account",
    "reentry-cancel": "has withdrawn the link into your account",
    "reentry-lost": "has made a link by which one device may come into your account",
    "roster-apply": "has applied a list of people, on which you are, to your account",
    "sign-in-unlink": "has parted your account from the sign-in of your organisation",
    "suspend": "has suspended your account, or changed its suspension",
    "suspend-end": "has ended the suspension of your account",
}
TEXT: Final = (
    "The operator of this server {said}. That stands in the public log of the server, from where nobody can"
    " take it unseen. The file is your receipt: keep it, and check it by `python3 verify.py receipt`, as"
    " {where} explains."
)


async def deliver_receipt(context: Context, user: int, act: str, content: bytes) -> None:
    """See `ledger.hooks.deliver_receipt`. Who is gone is told nothing."""
    record = await context.look(Owner(Kind.USER, user)).get(accounts.User)
    if record is None or record.deleted:
        return
    media = await files.make_document(context, user, f"{act}.tlog-proof", content)
    text = TEXT.format(said=SAID[act], where=f"{context.config.web_address}/log/")
    await conversations.service_message(context, user, text, media.pack())
