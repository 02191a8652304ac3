"""What a newcomer is told at the first start can be typed as it stands."""

from pathlib import Path

from chappe.core.configuration import Configuration
from chappe.gateways.cli.serve import greeting, program


def test_the_program_is_named_as_it_can_be_started() -> None:
    """By its name where a shell finds it, by its path where not."""
    here = Path("/srv/chappe")
    assert program("/srv/chappe/.venv/bin/chappe", None, here) == ".venv/bin/chappe"
    assert program("/opt/venv/bin/chappe", None, here) == "/opt/venv/bin/chappe"
    assert program("/usr/bin/chappe", "/usr/bin/chappe", here) == "chappe"
    assert program("/srv/chappe/src/chappe/__main__.py", None, here) == "chappe"


def test_every_command_of_the_greeting_is_named_that_way() -> None:
    """No line says `chappe` where a shell would not find it."""
    lines = greeting(Configuration(), Path("data"), ["127.0.0.1:8443"], "L0", ".venv/bin/chappe")
    said = "\n".join(lines)
    for command in ("init --seal", "codes", "connect telethon", "status"):
        assert f".venv/bin/chappe {command}" in said
