"""Terms at the site: their text for everybody, and for machines what may happen and what helps against it."""

import aiohttp

from chappe.desks.moderation.vocabulary import ACTS
from chappe.features import terms
from chappe.features.terms import read_terms
from chappe.gateways.web.terms_pages import terms_places
from tests.features.village import village
from tests.gateways.browsing import here


async def test_terms_are_read_without_an_account_and_summed_up_for_machines() -> None:
    """Where there are none the summary still says what may happen to somebody here."""
    async with (
        village(twins=False) as v,
        here(places=terms_places(v.server.context)) as at,
        aiohttp.ClientSession() as http,
    ):
        where = f"http://127.0.0.1:{at.port}/terms"
        async with http.get(where) as answer:
            assert answer.status == 404
        async with http.get(f"{where}.json") as answer:
            summary = await answer.json()
        assert summary["terms"] == {"minimum_age": None, "page": None, "version": None}
        assert summary["restrictions"].keys() == ACTS.keys()
        assert summary["restrictions"]["erase"] == [
            "DECISION_PROVISION_TOTAL_TERMINATION",
            "DECISION_ACCOUNT_TERMINATED",
        ]
        assert summary["appeal"]["within_days"] == 183
        assert summary["decisions"]["public_log"] is None
        in_force = read_terms("# Be kind\n\nNo <fraud>.", min_age=16)
        v.server.context.own(terms.TERMS).terms = in_force
        async with http.get(where) as answer:
            shown = await answer.text()
        assert "No &lt;fraud&gt;." in shown
        assert in_force.version in shown
        async with http.get(f"{where}.json") as answer:
            said = (await answer.json())["terms"]
        assert (said["version"], said["minimum_age"]) == (in_force.version, 16)
        assert at.bugs == []
