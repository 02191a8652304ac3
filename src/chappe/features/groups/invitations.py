"""Renders an invite link as `api.ChatInviteExported`."""

from chappe.core import web_links
from chappe.features.chats import Link
from chappe.tl import api
from chappe.updates import Context


def show_invite_link(context: Context, link: Link) -> api.ChatInviteExported:
    """Return an invite link as its admins see it."""
    return api.ChatInviteExported(
        revoked=link.revoked,
        permanent=link.permanent,
        request_needed=link.approval,
        link=web_links.chat_invite_link(context.config.web_address, link.code),
        admin_id=link.admin,
        date=link.created,
        expire_date=link.expires or None,
        usage_limit=link.usage_max or None,
        usage=link.usage or None,
        requested=link.requested or None,
        title=link.title or None,
    )
