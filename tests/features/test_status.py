"""What an operator sees of a running server at one look."""

from pathlib import Path

import pytest
from tests.contracts.post_office import post_office
from tests.gateways.test_tls import certify
from tests.operating import operate

from chappe import __version__
from chappe.app.certificate import CertificateFiles, tell
from chappe.app.installation.status import installed_beside
from chappe.core.configuration import Configuration, Smtp
from chappe.core.system import SystemClock
from chappe.tl import errors

from .test_takeout import asked
from .village import village


async def test_people_mails_limits_and_the_certificate_are_seen(tmp_path: Path) -> None:
    """Counts and dates; nobody's address."""
    async with post_office() as office:
        smtp = Smtp(host="127.0.0.1", port=office.port)
        async with village(codes_smtp=smtp, twins=False, rate_scale=1.0) as v:
            ada, _ = await v.people_named("Ada", "Claude")
            await ada.log_in()
            certify(tmp_path)
            settings = Configuration(tls_port=1, tls_certificate="chain.pem")
            v.server.certificate = CertificateFiles(settings, tmp_path, SystemClock(), tell)
            await operate(v.server, "test_mail", to="you@example.org")
            office.refuses["mail"] = "554 no"
            with pytest.raises(ValueError, match="554 no"):
                await operate(v.server, "test_mail", to="you@example.org")
            for _ in range(10):
                await asked(ada)
            with pytest.raises(errors.FloodWait):
                await asked(ada)
            said = await operate(v.server, "status")
            assert (said["accounts"], said["people_here"], said["calls_put_off"]) == (2, 2, 1)
            assert (said["mail"], said["mail_sent"], said["mail_failed"]) == (
                f"127.0.0.1:{office.port}",
                1,
                1,
            )
            assert said["mail_last"] == "refused"
            assert said["mail_sent_at"] == said["mail_failed_at"] == v.clock.time
            assert said["certificate"].endswith(", by here")
            assert "example.org" not in str(said)


async def test_without_mail_and_certificate_that_is_what_it_says() -> None:
    """A server that was just made."""
    async with village(twins=False) as v:
        said = await operate(v.server, "status")
        assert said["mail"] == "none is sent"
        assert "certificate" not in said
        assert (said["accounts"], said["bugs"], said["store_failures"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f'__version__ = "{__version__}"', {}),
        ("", {}),
        ('"""Chappe."""\n\n__version__ = "9.1"', {"installed": "9.1, which runs after a restart"}),
    ],
)
def test_another_version_on_the_disk_is_named(source: str, said: dict[str, str]) -> None:
    """It was upgraded and not started again; nobody outside is asked."""
    assert installed_beside(source) == said
