"""The tree of the public log: vectors of RFC 6962, every proof of small trees, and tiles of larger ones."""

import itertools
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chappe.trust.ledger import merkle, tiles
from chappe.trust.ledger.errors import LedgerError

# The leaves and roots that implementations of RFC 6962 test themselves by.
LEAVES: Final = tuple(
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS: Final = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def nodes_of(leaves: list[bytes]) -> merkle.Nodes:
    """The nodes of a tree in memory."""
    return lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])


def served(leaves: list[bytes], size: int) -> dict[tiles.LogTile, bytes]:
    """The tiles of hashes that a log of this size serves."""
    nodes = nodes_of(leaves)
    return {
        tile: b"".join(
            nodes(8 * tile.level, tile.position * tiles.TILE_WIDTH + i) for i in range(tile.width)
        )
        for tile in tiles.tiles_of(size)
        if tile.level != tiles.ENTRIES
    }


def test_roots_are_those_of_the_rfc() -> None:
    """In memory, and out of nodes."""
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES]
    for size, root in enumerate(ROOTS):
        assert merkle.root_of(hashes[:size]).hex() == root
        assert merkle.root_hash(size, nodes_of(hashes)).hex() == root


def test_every_proof_of_small_trees_holds_and_no_other() -> None:
    """Each entry of each tree, each pair of trees; with anything else in its place it fails."""
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(33)]
    nodes = nodes_of(leaves)
    roots = [merkle.root_of(leaves[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, nodes)
            merkle.check_inclusion(leaves[index], index, size, proof, roots[size])
            for other in (index ^ 1, index + 1, size):
                with pytest.raises(LedgerError):
                    merkle.check_inclusion(leaves[index], other, size, proof, roots[size])
            for wrong in (proof[:-1], (*proof, proof[-1])) if proof else ((roots[0],),):
                with pytest.raises(LedgerError):
                    merkle.check_inclusion(leaves[index], index, size, wrong, roots[size])
    for old, new in itertools.combinations(range(34), 2):
        proof = merkle.consistency_proof(old, new, nodes)
        merkle.check_consistency(old, new, proof, roots[old], roots[new])
        for wrong in (proof[:-1], (*proof, roots[1]), proof[::-1]):
            if wrong != proof:
                with pytest.raises(LedgerError):
                    merkle.check_consistency(old, new, wrong, roots[old], roots[new])
        for old_root, new_root in ((roots[new], roots[new]), (roots[old], roots[old])):
            if old:
                with pytest.raises(LedgerError):
                    merkle.check_consistency(old, new, proof, old_root, new_root)


def test_proofs_are_those_of_the_rfc() -> None:
    """RFC 6962, 2.1.3: the tree of seven, whose nodes have letters."""
    leaves = [merkle.leaf_hash(leaf) for leaf in LEAVES[:7]]
    nodes = nodes_of(leaves)
    a, b, c, d, _, _, j = leaves
    g, h, i = (merkle.node_hash(*leaves[n : n + 2]) for n in (0, 2, 4))
    k, el = merkle.node_hash(g, h), merkle.node_hash(i, j)
    assert merkle.inclusion_proof(0, 7, nodes) == (b, h, el)
    assert merkle.inclusion_proof(3, 7, nodes) == (c, g, el)
    assert merkle.inclusion_proof(6, 7, nodes) == (i, k)
    assert merkle.consistency_proof(3, 7, nodes) == (c, d, g, el)
    assert merkle.consistency_proof(4, 7, nodes) == (el,)
    assert merkle.consistency_proof(6, 7, nodes) == (i, j, k)
    assert a == merkle.leaf_hash(b"")


def test_tiles_of_a_tree_are_those_the_specification_counts() -> None:
    """That is the tree of 70,000, and the one of 256."""
    found = list(tiles.tiles_of(70_000))
    by_level = {level: [t for t in found if t.level == level] for level in range(-1, 4)}
    assert [len([t for t in by_level[n] if t.is_full]) for n in (-1, 0, 1, 2, 3)] == [
        273,
        273,
        1,
        0,
        0,
    ]
    assert [by_level[n][-1].width for n in (-1, 0, 1, 2)] == [112, 112, 17, 1]
    assert [t.path for t in tiles.tiles_of(256)] == [
        "tile/entries/000",
        "tile/0/000",
        "tile/1/000.p/1",
    ]
    assert list(tiles.tiles_of(70_000, 70_000)) == []
    assert [t.path for t in tiles.tiles_of(256, 255)] == [t.path for t in tiles.tiles_of(256)]


def test_paths_have_one_form() -> None:
    """The specification's example, and what is near it."""
    tile = tiles.LogTile(0, 1_234_067, 256)
    assert tile.path == "tile/0/x001/x234/067"
    assert tiles.parse_path(tile.path) == tile
    assert tiles.parse_path("tile/entries/000.p/7") == tiles.LogTile(tiles.ENTRIES, 0, 7)
    for wrong in (
        "tile/0/67", "tile/00/067", "tile/0/x000/067", "tile/0/001/067", "tile/8/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/07", "/tile/0/000", "tile/0/000\n", "tile/0/٠٠٠", "tile/data/000",
        "tile/0/" + "x999/" * 9 + "999", "",
    ):  # fmt: skip
        with pytest.raises(LedgerError):
            tiles.parse_path(wrong)


def test_proofs_come_out_of_tiles() -> None:
    """Of a tree with three levels of tiles: each node is found in one of them."""
    leaves = [merkle.leaf_hash(i.to_bytes(3, "big")) for i in range(66_000)]
    old, new = 65_537, 66_000
    nodes = tiles.TileNodes(new, served(leaves, new).__getitem__)
    roots = {size: merkle.root_of(leaves[:size]) for size in (old, new)}
    assert merkle.root_hash(new, nodes) == roots[new]
    for index in (0, 255, 256, 65_535, 65_536, new - 1):
        proof = merkle.inclusion_proof(index, new, nodes)
        merkle.check_inclusion(leaves[index], index, new, proof, roots[new])
    proof = merkle.consistency_proof(old, new, nodes)
    merkle.check_consistency(old, new, proof, roots[old], roots[new])
    for level, index in ((0, new), (17, 0), (8, 257), (70, 0)):
        with pytest.raises(LedgerError):
            nodes(level, index)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_are_read_as_they_were_written(entries: list[bytes]) -> None:
    """And not with a byte more or less, or as another number of entries."""
    content = tiles.write_bundle(entries)
    tile = tiles.LogTile(tiles.ENTRIES, 0, len(entries))
    assert tiles.parse_bundle(tile, content) == entries
    for wrong in (content[:-1], content + b"\0", content + b"\0\0"):
        with pytest.raises(LedgerError):
            tiles.parse_bundle(tile, wrong)
    with pytest.raises(LedgerError):
        tiles.parse_bundle(tile._replace(width=len(entries) + 1), content)
    with pytest.raises(LedgerError):
        tiles.write_bundle([bytes(tiles.ENTRY_BYTES_MAX + 1)])


@settings(deadline=None)
@given(st.integers(1, 2**40), st.integers(0, 2**32), st.integers(0, 8))
def test_what_is_no_tile_is_no_other_error(size: int, index: int, level: int) -> None:
    """Any place: a tile whose path leads back, or refused."""
    try:
        tile = tiles.tile_at(level, index, size)
        assert tiles.parse_path(tile.path) == tile
    except LedgerError:
        assert level == 8 or index * 256 ** (level + 1) + 256**level > size
