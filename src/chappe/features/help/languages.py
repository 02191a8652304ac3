"""Methods langpack.* and emoji keywords: empty, since apps bring their own texts."""

from chappe.rpc import Call, Needs, method
from chappe.tl import api, errors


def _english() -> api.LangPackLanguage:
    return api.LangPackLanguage(
        official=True,
        name="English",
        native_name="English",
        lang_code="en",
        plural_code="en",
        strings_count=0,
        translated_count=0,
        translations_url="",
    )


def _pack(lang_code: str, from_version: int = 0) -> api.LangPackDifference:
    return api.LangPackDifference(
        lang_code=lang_code, from_version=from_version, version=from_version, strings=[]
    )


@method(api.LangpackGetLangPack, needs=Needs.KEY)
async def get_lang_pack(call: Call, request: api.LangpackGetLangPack) -> api.LangPackDifference:
    """Return no strings: apps fall back to those they carry."""
    return _pack(request.lang_code)


@method(api.LangpackGetDifference, needs=Needs.KEY)
async def get_difference(call: Call, request: api.LangpackGetDifference) -> api.LangPackDifference:
    """Return that no string has changed."""
    return _pack(request.lang_code, max(0, request.from_version))


@method(api.LangpackGetStrings, needs=Needs.KEY)
async def get_strings(call: Call, request: api.LangpackGetStrings) -> list[api.TypeLangPackString]:
    """Return no strings: apps fall back to those they carry."""
    return []


@method(api.LangpackGetLanguages, needs=Needs.KEY)
async def get_languages(
    call: Call, request: api.LangpackGetLanguages
) -> list[api.LangPackLanguage]:
    """Return English, which every app carries."""
    return [_english()]


@method(api.LangpackGetLanguage, needs=Needs.KEY, raises=(errors.LangCodeNotSupported,))
async def get_language(call: Call, request: api.LangpackGetLanguage) -> api.LangPackLanguage:
    """Return what is known of one language."""
    if request.lang_code != "en":
        raise errors.LangCodeNotSupported
    return _english()


@method(api.MessagesGetEmojiKeywords)
async def get_emoji_keywords(
    call: Call, request: api.MessagesGetEmojiKeywords
) -> api.EmojiKeywordsDifference:
    """Return no keywords: apps fall back to those they carry."""
    return api.EmojiKeywordsDifference(
        lang_code=request.lang_code, from_version=0, version=1, keywords=[]
    )


@method(api.MessagesGetEmojiKeywordsDifference)
async def get_emoji_keywords_difference(
    call: Call, request: api.MessagesGetEmojiKeywordsDifference
) -> api.EmojiKeywordsDifference:
    """Return that no keyword has changed."""
    version = max(1, request.from_version)
    return api.EmojiKeywordsDifference(
        lang_code=request.lang_code, from_version=request.from_version, version=version, keywords=[]
    )


@method(api.MessagesGetEmojiKeywordsLanguages)
async def get_emoji_languages(
    call: Call, request: api.MessagesGetEmojiKeywordsLanguages
) -> list[api.EmojiLanguage]:
    """Return the languages asked for that have keywords: none."""
    return []
