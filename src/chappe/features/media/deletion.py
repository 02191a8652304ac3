"""The end of somebody's files: their bytes go from the store before the keys do."""

from chappe.core import Kind, Owner
from chappe.ports import Files
from chappe.updates import House

from .records import Content, File, Upload


async def forget_files(house: House, user: int) -> None:
    """Remove the bytes of everything somebody uploaded. The records go with their box."""
    files: Files = house.services["files"]
    look = house.look(Owner(Kind.USER, user))
    doomed = {}
    for upload in await look.scan(Upload):
        if upload.file is not None:
            doomed[upload.file.blob] = upload.file
    for content in await look.scan(Content):
        doomed[content.file.blob] = content.file
    for file in await look.scan(File):
        for sealed in (file.file, file.pieces_file):
            if sealed is not None:
                doomed[sealed.blob] = sealed
    for sealed in doomed.values():
        await files.delete(sealed)
