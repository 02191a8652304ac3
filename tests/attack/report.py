"""The report: what became of each attack, and whether anything was a surprise."""

from collections.abc import Callable, Mapping

from .expected import TABLE, Attack
from .findings import Finding, Outcome, Role


def surprises(found: Mapping[Attack, Finding]) -> list[str]:
    """Return what came out otherwise than the table says, in either direction, or was not played."""
    wrong = []
    for attack, expected in TABLE.items():
        finding = found.get(attack)
        if finding is None:
            wrong.append(f"{expected.said}: it was not played")
        elif finding.outcome is not expected.outcome:
            wrong.append(
                f"{expected.said}: {finding.outcome.value}, and not {expected.outcome.value}"
                f" ({finding.seen})"
            )
    return wrong


def report(found: Mapping[Attack, Finding], say: Callable[[str], None]) -> int:
    """Say everything, attacker by attacker; return the exit code, 1 if anything was a surprise."""
    for role in Role:
        played = [attack for attack, one in TABLE.items() if one.role is role and attack in found]
        if played:
            say(f"\n{role.value}")
        for attack in played:
            finding, expected = found[attack], TABLE[attack]
            say(f"  {finding.outcome.value:<14} {expected.said}")
            say(f"  {'':<14} · {finding.seen}")
            if finding.outcome is Outcome.NOT_PREVENTED and expected.reason:
                say(f"  {'':<14} → {expected.reason}")
    wrong = surprises(found)
    count = sum(one.outcome is Outcome.CAUGHT for one in found.values())
    say(f"\n{count} attacks CAUGHT, {len(found) - count} NOT PREVENTED.")
    for line in wrong:
        say(f"SURPRISE  {line}")
    if not wrong:
        say("No surprise: what is not prevented is what docs/trust/limits.md says.")
    return bool(wrong)
