"""The terms of use, as the operator's file has them."""

from pathlib import Path

from chappe.core.configuration import Configuration, ConfigurationError
from chappe.features.terms import TermsOfUse, read_terms


def terms_in_file(config: Configuration, data: Path) -> TermsOfUse | None:
    """Return the terms that the setting `terms` names; None: there are none.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    if not config.terms:
        return None
    try:
        text = (data / config.terms).read_text("utf-8-sig")
        return read_terms(text, popup=config.terms_popup, min_age=config.terms_min_age)
    except OSError as error:
        why = error.strerror or str(error)
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except ValueError as error:
        why = str(error)
    raise ConfigurationError(
        f"`terms` cannot be used: {why}; name a text file in the data directory."
    )
