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


def test_what_to_open_is_said_first() -> None:
    """The first person's link where there is one, and that other machines need more than that."""
    first = "http://localhost:8443/#join=abc"
    mine = greeting(Configuration(), Path("data"), ["127.0.0.1:8443"], "L0", first_link=first)
    assert mine[1].split() == ["open", first]
    assert "first person" in mine[2]
    later = greeting(Configuration(), Path("data"), ["127.0.0.1:8443"], "L0")
    assert later[1].split() == ["open", "http://localhost:8443/"]
    assert "first person" not in "\n".join(later)
    assert "set public_url" not in "\n".join(mine + later)
    wide = greeting(Configuration(host="0.0.0.0"), Path("data"), ["0.0.0.0:8443"], "L0")
    assert "set public_url" in wide[2]
    named = Configuration(host="0.0.0.0", public_url="https://chat.example.org")
    said = greeting(named, Path("data"), ["0.0.0.0:8443"], "L0")
    assert said[1].split() == ["open", "https://chat.example.org/"]
    assert "set public_url" not in "\n".join(said)


def test_a_port_where_apps_are_not_served_is_said() -> None:
    """The port of TLS is for browsers; apps that are told it get no answer."""
    right = Configuration(host="0.0.0.0", public_host="198.51.100.7", tls_port=443)
    wrong = Configuration(host="0.0.0.0", public_host="198.51.100.7", tls_port=443, public_port=443)
    assert "public_port" not in "\n".join(greeting(right, Path("data"), ["0.0.0.0:8443"], "L1"))
    assert "leave out public_port" in "\n".join(
        greeting(wrong, Path("data"), ["0.0.0.0:8443"], "L1")
    )
