"""The numbers of moderation at the site: those that anybody makes out of the log."""

from pathlib import Path

import aiohttp

from chappe.gateways.web.numbers import RENEWED_S, numbers_place, read_years
from tests.features.village import village
from tests.gateways.browsing import here
from tests.trust.public_log import append
from tests.trust.test_public_log_moderation import OTHER, step


async def test_the_numbers_are_those_of_the_log_and_it_is_read_once_a_minute(
    tmp_path: Path,
) -> None:
    """A year that has not begun has none; nor has a server whose log is not written yet."""
    async with (
        village(twins=False) as v,
        here(places=(numbers_place(v.server.context, tmp_path / "log" / "public"),)) as at,
        aiohttp.ClientSession() as http,
    ):

        async def shown(year: str) -> tuple[int, str]:
            where = f"http://127.0.0.1:{at.port}/log/numbers?year={year}"
            async with http.get(where) as answer:
                return answer.status, await answer.text()

        assert read_years(tmp_path / "nowhere") == {}
        append(tmp_path / "log", [step("decision"), step("decision", OTHER)])
        status, text = await shown("2026")
        assert status == 200
        assert "<td>remove</td><td>OTHER</td><td>2</td>" in text
        assert "report.py tables" in text
        assert "<script" not in text
        append(tmp_path / "log", [step("appealed")])
        assert "<td>filed</td>" not in (await shown("2026"))[1]
        v.clock.time += int(RENEWED_S)
        assert "<td>filed</td>" in (await shown("2026"))[1]
        assert (await shown("2099"))[0] == 404
        assert (await shown("nonsense"))[0] == 200
        assert (await shown("2025"))[0] == 404  # the log has nothing of it
        assert at.bugs == []
