"""The attack lab: a real server, real clients that plant markers, and attacks played against it.

`script/attack` runs it. `expected.py` says what becomes of each attack; whatever else happens is a surprise.
"""
