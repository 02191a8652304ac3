"""Hydrogram, told what to do by the driver of Pyrogram, whose child it is: its parts go by the same names."""

import sys

import hydrogram

for name, module in list(sys.modules.items()):
    if name == hydrogram.__name__ or name.startswith(f"{hydrogram.__name__}."):
        sys.modules["pyrogram" + name.removeprefix(hydrogram.__name__)] = module

import pyrogram_driver  # noqa: E402, F401  it serves until it is told to quit
