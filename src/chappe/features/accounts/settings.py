"""Settings of apps kept for all devices of an account: downloads, saving, sensitive content."""

from typing import Final

import msgspec

from chappe import tl
from chappe.rpc import Call, Home, Rate, method
from chappe.tl import api, errors

from .access import peer_of
from .handlers import own_record
from .peers import PEER_ERRORS, peer_id, show_peer
from .records import AppSetting, User
from .views import peers

EXCEPTIONS_MAX: Final = 200  # dialogs of which somebody said how their files are saved
PRESETS: Final = ("low", "medium", "high")
WHOLE: Final = ("users", "chats", "broadcasts")


@method(api.AccountGetContentSettings)
async def get_content_settings(
    call: Call, request: api.AccountGetContentSettings
) -> api.AccountContentSettings:
    """Return whether one wants to see what others marked as sensitive."""
    record = await call.look().get(User)
    shows = record is not None and record.shows_sensitive
    return api.AccountContentSettings(sensitive_enabled=shows, sensitive_can_change=True)


@method(
    api.AccountSetContentSettings,
    rate=Rate.WRITE,
    home=Home.CALLER,
    raises=(errors.UserDeactivated,),
)
async def set_content_settings(call: Call, request: api.AccountSetContentSettings) -> bool:
    """Say whether one wants to see what others marked as sensitive."""
    async with call.change() as change:
        record = await own_record(change)
        change.put(msgspec.structs.replace(record, shows_sensitive=request.sensitive_enabled))
    return True


# -- downloads ---------------------------------------------------------------------------------------


def _preset(megabytes: int) -> api.AutoDownloadSettings:
    return api.AutoDownloadSettings(
        photo_size_max=1 << 20,
        video_size_max=megabytes << 20,
        file_size_max=megabytes << 20,
        video_upload_maxbitrate=100,
        small_queue_active_operations_max=5,
        large_queue_active_operations_max=2,
    )


DEFAULTS: Final = {"low": 1, "medium": 10, "high": 20}  # MiB


@method(api.AccountGetAutoDownloadSettings)
async def get_auto_download(
    call: Call, request: api.AccountGetAutoDownloadSettings
) -> api.AccountAutoDownloadSettings:
    """Return what is downloaded by itself on a poor, a middling and a good connection."""
    found = []
    for name in PRESETS:
        kept = await call.look().get(AppSetting, name)
        found.append(tl.decode(kept.body) if kept else _preset(DEFAULTS[name]))
    return api.AccountAutoDownloadSettings(low=found[0], medium=found[1], high=found[2])


@method(api.AccountSaveAutoDownloadSettings, rate=Rate.WRITE, home=Home.CALLER)
async def save_auto_download(call: Call, request: api.AccountSaveAutoDownloadSettings) -> bool:
    """Say what is downloaded by itself."""
    name = "low" if request.low else "high" if request.high else "medium"
    async with call.change() as change:
        change.put(AppSetting(what=name, body=tl.encode(request.settings, tl.LAYER)))
    return True


# -- saving to a device's gallery --------------------------------------------------------------------


@method(api.AccountGetAutoSaveSettings)
async def get_auto_save(
    call: Call, request: api.AccountGetAutoSaveSettings
) -> api.AccountAutoSaveSettings:
    """Return which photos and videos apps save to the device by themselves."""
    kept = {s.what: tl.decode(s.body) for s in await call.look().scan(AppSetting)}
    viewer = call.viewer()
    exceptions = [
        api.AutoSaveException(peer=show_peer(viewer, int(what)), settings=settings)
        for what, settings in kept.items()
        if what not in (*PRESETS, *WHOLE)
    ]
    users, chats = await peers(viewer)
    whole = {f"{name}_settings": kept.get(name) or api.AutoSaveSettings() for name in WHOLE}
    return api.AccountAutoSaveSettings(**whole, exceptions=exceptions, chats=chats, users=users)


@method(api.AccountSaveAutoSaveSettings, rate=Rate.WRITE, home=Home.CALLER, raises=PEER_ERRORS)
async def save_auto_save(call: Call, request: api.AccountSaveAutoSaveSettings) -> bool:
    """Say which photos and videos apps save by themselves: of a kind of dialogs, or of one."""
    what = next((name for name in WHOLE if getattr(request, name)), "")
    if not what:
        if request.peer is None:
            raise errors.PeerIdInvalid
        what = str(peer_id(await peer_of(call, request.peer)))
    async with call.change() as change:
        known = {s.what for s in await change.scan(AppSetting)}
        if what not in known and len(known) >= EXCEPTIONS_MAX:
            raise errors.PeerIdInvalid
        change.put(AppSetting(what=what, body=tl.encode(request.settings, tl.LAYER)))
    return True


@method(api.AccountDeleteAutoSaveExceptions, rate=Rate.WRITE, home=Home.CALLER)
async def delete_auto_save_exceptions(
    call: Call, request: api.AccountDeleteAutoSaveExceptions
) -> bool:
    """Treat all dialogs of a kind alike again."""
    async with call.change() as change:
        for setting in await change.scan(AppSetting):
            if setting.what not in (*PRESETS, *WHOLE):
                change.drop(AppSetting, setting.what)
    return True
