"""help.getInviteText: what an app sends to somebody who is not here yet; a link, where people may invite."""

from typing import Final

from chappe.core import HOUSE
from chappe.core.web_links import join_link
from chappe.features import auth
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api

from .records import Inviter
from .rules import DAY_S, INVITE_DAYS, INVITES_A_WEEK_MAX, made_lately

TEXT: Final = "Come and talk to me here."
SEED_BYTES: Final = 16


@method(api.HelpGetInviteText, rate=Rate.WRITE, home=Home.HOUSE)
async def get_invite_text(call: Call, request: api.HelpGetInviteText) -> api.HelpInviteText:
    """Return what an app sends to somebody who is not here yet; with a link, where people may invite."""
    config, token = call.context.config, ""
    if config.people_may_invite and not call.client.bot:
        token = await own_token(call)
    link = join_link(config.web_address, token) if token else ""
    if not link and config.sign_up == "open":
        link = config.public_url
    return api.HelpInviteText(message=f"{TEXT} {link}".strip())


async def own_token(call: Call) -> str:
    """Return the token of the invite the caller hands out: the same until somebody came by it, or it is over.

    Empty if they have made as many as they may.
    """
    async with call.context.change(HOUSE) as change:
        mine = await change.get(Inviter, call.user)
        if mine is not None:
            token = _token(call, mine.seed)
            invite = await change.get(auth.Invite, auth.token_index(call.context, token))
            if invite is not None and auth.is_open(invite, call.now):
                return token
        made = made_lately(mine.made if mine else (), call.now)
        if len(made) >= INVITES_A_WEEK_MAX:
            return ""
        seed = call.context.entropy.token(SEED_BYTES)
        token = _token(call, seed)
        link = auth.token_index(call.context, token)
        change.put(Inviter(user=call.user, seed=seed, made=(*made, call.now)))
        invite = auth.Invite(
            blind=link,
            phone="",
            created=call.now,
            expires=call.now + INVITE_DAYS * DAY_S,
            by=call.user,
            link=link,
        )
        await auth.keep_invite(change, invite)
    return token


def _token(call: Call, seed: bytes) -> str:
    """Return the token that is made of a seed: nobody can who has not the server's secrets."""
    said = call.user.to_bytes(8, "big") + seed
    return auth.token_of(call.context.secrets.blind("invite_of", said))
