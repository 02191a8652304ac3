"""Methods help.*: configuration, countries, colours."""

from typing import Final

from chappe import tl
from chappe.features import accounts
from chappe.rpc import Call, Needs, Rate, method
from chappe.tl import api, errors
from chappe.updates import PerServer

from . import configuration, countries

THIS_DC: Final = 2  # number of the only data centre there is
DH_VERSION: Final = 3  # of the prime and its generator: raised if either ever changes
RANDOM_BYTES_MAX: Final = 1024  # bytes of chance an app may ask for at once; apps ask for 256
PROMO_LIFETIME_S = 86_400  # seconds until clients ask for promotions again; there never are any
LATEST: Final[PerServer[configuration.Latest]] = PerServer(lambda _: configuration.Latest())


@method(api.HelpGetConfig, needs=Needs.ANY, rate=Rate.FREE)
async def get_config(call: Call, request: api.HelpGetConfig) -> tl.Repeated:
    """Return limits and addresses."""
    config = call.context.config
    latest = call.context.own(LATEST)
    return latest.configuration(call.now, THIS_DC, config.places, config.web_address)


@method(api.HelpGetNearestDc, needs=Needs.ANY, rate=Rate.FREE)
async def get_nearest_dc(call: Call, request: api.HelpGetNearestDc) -> api.NearestDc:
    """Return this server: every data centre is here. The country is the operator's, or the device's own.

    Apps choose it in the list of countries before a number is typed. Nobody's address is looked up.
    """
    country = call.context.config.country or configuration.region_of(
        call.client.device.system_lang_code
    )
    return api.NearestDc(country=country, this_dc=THIS_DC, nearest_dc=THIS_DC)


@method(api.HelpGetAppConfig, needs=Needs.KEY)
async def get_app_config(call: Call, request: api.HelpGetAppConfig) -> api.TypeHelpAppConfig:
    """Return limits the apps read by name."""
    push = call.context.ports.push
    suspension = await accounts.suspension_of(call.look(), call.now) if call.user else None
    config = configuration.app_configuration(
        push.public_key if push is not None else None,
        None
        if suspension is None
        else configuration.Freeze(
            suspension.since,
            suspension.until,
            suspension.appeal or configuration.appeal_address(call.context.config),
        ),
    )
    known = configuration.answer_hash(config)
    if request.hash == known:
        return api.HelpAppConfigNotModified()
    return api.HelpAppConfig(hash=known, config=config)


@method(api.HelpGetCdnConfig, needs=Needs.KEY)
async def get_cdn_config(call: Call, request: api.HelpGetCdnConfig) -> api.CdnConfig:
    """Return no CDN keys: files come from here only."""
    return api.CdnConfig(public_keys=[])


@method(api.HelpGetCountriesList, needs=Needs.KEY)
async def get_countries_list(
    call: Call, request: api.HelpGetCountriesList
) -> api.TypeHelpCountriesList:
    """Return calling codes for the country picker."""
    answer = countries.countries()
    return api.HelpCountriesListNotModified() if request.hash == answer.hash else answer


@method(api.HelpGetPromoData)
async def get_promo_data(call: Call, request: api.HelpGetPromoData) -> api.TypeHelpPromoData:
    """Return no promotion."""
    return api.HelpPromoDataEmpty(expires=call.now + PROMO_LIFETIME_S)


@method(api.HelpDismissSuggestion)
async def dismiss_suggestion(call: Call, request: api.HelpDismissSuggestion) -> bool:
    """Take note; nothing is ever suggested."""
    return True


@method(api.HelpGetPeerColors)
async def get_peer_colors(call: Call, request: api.HelpGetPeerColors) -> api.TypeHelpPeerColors:
    """Return the seven name colours every app draws by itself."""
    colors = [api.HelpPeerColorOption(color_id=number) for number in range(7)]
    answer = api.HelpPeerColors(hash=0, colors=colors)
    answer.hash = configuration.answer_hash(answer)
    return api.HelpPeerColorsNotModified() if request.hash == answer.hash else answer


@method(api.HelpGetPeerProfileColors)
async def get_profile_colors(
    call: Call, request: api.HelpGetPeerProfileColors
) -> api.TypeHelpPeerColors:
    """Return no profile colours."""
    return api.HelpPeerColors(hash=0, colors=[])


@method(api.HelpGetAppUpdate, needs=Needs.KEY)
async def get_app_update(call: Call, request: api.HelpGetAppUpdate) -> api.TypeHelpAppUpdate:
    """Return that there is no newer app: apps are updated where they came from."""
    return api.HelpNoAppUpdate()


@method(api.HelpGetSupport)
async def get_support(call: Call, request: api.HelpGetSupport) -> api.HelpSupport:
    """Return whom to write to for help: the service account."""
    shown = await accounts.show_user(call.viewer(), accounts.SERVICE_USER)
    return api.HelpSupport(phone_number="42777", user=shown)


@method(api.HelpSaveAppLog, needs=Needs.KEY)
async def save_app_log(call: Call, request: api.HelpSaveAppLog) -> bool:
    """Drop what apps report about their users."""
    return True


@method(api.StoriesGetPeerMaxIDs)
async def get_peer_max_ids(call: Call, request: api.StoriesGetPeerMaxIDs) -> list[api.RecentStory]:
    """Return for each peer that it has no stories."""
    return [api.RecentStory() for _ in request.id[:100]]


@method(api.StoriesGetPeerStories, raises=accounts.PEER_ERRORS)
async def get_peer_stories(
    call: Call, request: api.StoriesGetPeerStories
) -> api.StoriesPeerStories:
    """Return no stories of somebody the caller can name."""
    viewer = call.viewer()
    peer = accounts.show_peer(viewer, accounts.peer_id(await accounts.peer_of(call, request.peer)))
    users, chats = await accounts.peers(viewer)
    stories = api.PeerStories(peer=peer, stories=[])
    return api.StoriesPeerStories(stories=stories, chats=chats, users=users)


@method(api.UsersGetStoriesMaxIDs)
async def get_stories_max_ids(call: Call, request: api.UsersGetStoriesMaxIDs) -> list[int]:
    """Return for each person that they have no stories, as older layers ask it."""
    return [0 for _ in request.id[:100]]


# -- what comes before a call or a secret chat ------------------------------------------------------


@method(api.MessagesGetDhConfig, raises=(errors.RandomLengthInvalid,))
async def get_dh_config(call: Call, request: api.MessagesGetDhConfig) -> api.TypeMessagesDhConfig:
    """Return the prime two apps agree on a key with, and chance to add to their own.

    See core.telegram.org/method/messages.getDhConfig. Apps ask for it before a call or a secret chat, and
    go no further without. The prime is Telegram's, since apps check others at length or take no other.
    """
    if not 0 <= request.random_length <= RANDOM_BYTES_MAX:
        raise errors.RandomLengthInvalid
    random = call.context.entropy.token(request.random_length) if request.random_length else b""
    if request.version == DH_VERSION:
        return api.MessagesDhConfigNotModified(random=random)
    srp = call.context.ports.passwords
    return api.MessagesDhConfig(
        g=srp.G, p=srp.PRIME.to_bytes(srp.SIZE, "big"), version=DH_VERSION, random=random
    )


@method(api.MessagesDeletePhoneCallHistory)
async def delete_call_history(
    call: Call, request: api.MessagesDeletePhoneCallHistory
) -> api.MessagesAffectedFoundMessages:
    """Agree: no calls are remembered, so none is left."""
    pts = await call.look().counter("pts")
    return api.MessagesAffectedFoundMessages(pts=pts, pts_count=0, offset=0, messages=[])


@method(api.HelpGetPremiumPromo)
async def get_premium_promo(call: Call, request: api.HelpGetPremiumPromo) -> api.HelpPremiumPromo:
    """Return an empty page: there is nothing to buy."""
    return api.HelpPremiumPromo(
        status_text="",
        status_entities=[],
        video_sections=[],
        videos=[],
        period_options=[],
        users=[],
    )
