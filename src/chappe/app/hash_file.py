"""The operator's list of hashes, as its file has them."""

from pathlib import Path

from chappe.core.configuration import Configuration, ConfigurationError
from chappe.features.matching import HashList, read_hash_list


def hash_list_in_file(config: Configuration, data: Path) -> HashList:
    """Return the list that the setting `hash_list` names; an empty one where it names none.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    if not config.hash_list:
        return HashList()
    try:
        return read_hash_list((data / config.hash_list).read_text("utf-8-sig"))
    except OSError as error:
        why = error.strerror or str(error)
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except ValueError as error:
        why = str(error)
    raise ConfigurationError(
        f"`hash_list` cannot be used: {why}; name a text file with a hash in each line."
    )
