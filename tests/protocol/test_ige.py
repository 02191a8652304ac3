"""The protocol's own mode of AES: one cipher from two sources, and a server that has only the slower."""

import json
import os
import subprocess
import sys

import cryptg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chappe.crypto import ige, ige_by_blocks

WHOLE_BLOCKS = st.integers(0, 40).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n))
TWO_BLOCKS = st.binary(min_size=32, max_size=32)


@given(data=WHOLE_BLOCKS, key=TWO_BLOCKS, iv=TWO_BLOCKS)
def test_both_sources_say_the_same(data: bytes, key: bytes, iv: bytes) -> None:
    """Whatever the bytes, both ways; and each opens what the other made."""
    made = ige_by_blocks.encrypt_ige(data, key, iv)
    assert made == cryptg.encrypt_ige(data, key, iv) == ige.encrypt(data, key, iv)
    assert ige_by_blocks.decrypt_ige(made, key, iv) == data == ige.decrypt(made, key, iv)
    assert ige_by_blocks.decrypt_ige(data, key, iv) == cryptg.decrypt_ige(data, key, iv)


def test_a_block_is_chained_with_the_one_before() -> None:
    """Two equal blocks come out differently, and a changed first block changes all that follow."""
    key, iv = bytes(range(32)), bytes(range(32, 64))
    alike = ige_by_blocks.encrypt_ige(bytes(48), key, iv)
    assert len({alike[:16], alike[16:32], alike[32:]}) == 3
    other = ige_by_blocks.encrypt_ige(b"\x01" + bytes(47), key, iv)
    assert all(alike[n : n + 16] != other[n : n + 16] for n in (0, 16, 32))


@pytest.mark.parametrize(("size", "key", "iv"), [(15, 32, 32), (16, 16, 32), (16, 32, 16)])
def test_other_lengths_are_refused(size: int, key: int, iv: int) -> None:
    """No padding is made up, and no shorter key is taken."""
    for work in (ige_by_blocks.encrypt_ige, ige_by_blocks.decrypt_ige):
        with pytest.raises(ValueError, match=r"\w"):
            work(bytes(size), bytes(key), bytes(iv))


def test_a_server_without_the_wheel_ciphers_all_the_same() -> None:
    """Whatever imports the mode gets the slower source by itself."""
    program = (
        "import sys, json; sys.modules['cryptg'] = None\n"
        "from chappe.crypto import ige, ige_by_blocks\n"
        "import chappe.app\n"
        "data, key, iv = bytes(range(64)), bytes(32), bytes(range(32))\n"
        "assert ige.encrypt_ige is ige_by_blocks.encrypt_ige\n"
        "print(json.dumps([ige.encrypt(data, key, iv).hex(), ige.decrypt(data, key, iv).hex()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    data, key, iv = bytes(range(64)), bytes(32), bytes(range(32))
    there = [cryptg.encrypt_ige(data, key, iv).hex(), cryptg.decrypt_ige(data, key, iv).hex()]
    assert json.loads(done.stdout) == there
