"""Sessions are listed by the app they say they are, to their person and to the operator."""

from chappe.features.auth.commands import sessions
from chappe.tl import api

from .village import village


async def test_sessions_are_named_by_the_app_they_say_they_are() -> None:
    """By the number in its public source; an unknown one by its device. Nobody else's list shows them."""
    async with village() as v:
        ada, eve = await v.people_named("Ada", "Eve")
        for api_id, model, name, platform in (
            (50322, "ThinkPad", "Telegram Desktop", "Desktop"),
            (6, "Pixel", "Telegram Android", "Android"),
            (1025907, "Firefox", "Telegram Web K", "Web"),
            (123456, "PC 64bit", "PC 64bit", ""),
            (7654321, "", "Unknown app", ""),
            (1, "laptop", "laptop", ""),
        ):
            device = await v.stranger()
            await device(
                api.InitConnection(
                    api_id=api_id,
                    device_model=model,
                    system_version="1",
                    app_version="2.3",
                    system_lang_code="en",
                    lang_pack="",
                    lang_code="en",
                    query=api.HelpGetConfig(),
                )
            )
            asked = {"phone_number": ada.phone, "api_id": api_id, "api_hash": "x"}
            sent = await device(api.AuthSendCode(**asked, settings=api.CodeSettings()))
            await device(
                api.AuthSignIn(
                    phone_number=ada.phone,
                    phone_code_hash=sent.phone_code_hash,
                    phone_code=v.code(ada.phone),
                )
            )
            shown = (await device(api.AccountGetAuthorizations())).authorizations[0]
            assert shown.current
            assert (shown.app_name, shown.app_version, shown.api_id) == (name, "2.3", api_id)
            assert (shown.platform, shown.official_app) == (platform, False)
        assert len((await ada(api.AccountGetAuthorizations())).authorizations) == 8
        told = [s["app"] for s in await sessions(v.context, user=ada.id)]
        assert sorted(told)[-3:] == [
            "Telegram Android 2.3",
            "Telegram Desktop 2.3",
            "Telegram Web K 2.3",
        ]
        assert told.count("2.3") == 3
        assert len((await eve(api.AccountGetAuthorizations())).authorizations) == 2
