"""Telephone numbers as gateways take them (E.164), from what people write.

Fields keep numbers as they were typed. A number without the code of its country is of the country
the administrator has chosen. Whether somebody has it is the gateway's to know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

Plan = tuple[str, str]
"""(code of the country, what is dialled before a number inside it and dropped from outside)"""

COUNTRIES: Mapping[str, Plan] = {
    "AE": ("971", "0"), "AR": ("54", "0"), "AT": ("43", "0"), "AU": ("61", "0"),
    "BE": ("32", "0"), "BR": ("55", "0"), "CA": ("1", "1"), "CH": ("41", "0"),
    "CL": ("56", ""), "CN": ("86", "0"), "CO": ("57", ""), "CZ": ("420", ""),
    "DE": ("49", "0"), "DK": ("45", ""), "EG": ("20", "0"), "ES": ("34", ""),
    "FI": ("358", "0"), "FR": ("33", "0"), "GB": ("44", "0"), "GR": ("30", ""),
    "HK": ("852", ""), "ID": ("62", "0"), "IE": ("353", "0"), "IL": ("972", "0"),
    "IN": ("91", "0"), "IT": ("39", ""), "JP": ("81", "0"), "KE": ("254", "0"),
    "KR": ("82", "0"), "LU": ("352", ""), "MO": ("853", ""), "MX": ("52", ""),
    "MY": ("60", "0"), "NG": ("234", "0"), "NL": ("31", "0"), "NO": ("47", ""),
    "NZ": ("64", "0"), "PH": ("63", "0"), "PL": ("48", ""), "PT": ("351", ""),
    "RU": ("7", "8"), "SA": ("966", "0"), "SE": ("46", "0"), "SG": ("65", ""),
    "SK": ("421", "0"), "TH": ("66", "0"), "TR": ("90", "0"), "TW": ("886", "0"),
    "UA": ("380", "0"), "US": ("1", "1"), "VN": ("84", "0"), "ZA": ("27", "0"),
}  # fmt: skip
ABROAD: Mapping[str, str] = {"US": "011", "CA": "011", "AU": "0011", "JP": "010"}
"""What is dialled before a foreign number, where it is not 00."""
EXTENSION = re.compile(r"[#*]|ext|x|转|分机", re.I)
INSIDE = "(0)"
"""``+44 (0)20 …``: dialled only inside the country."""
FEWEST, MOST = 8, 15
"""Digits of a whole number; E.164 has no more."""
LONGEST_AT_HOME = 11


def whole_number(text: str, country: str) -> str | None:
    """``text`` as ``+8613800000000``; None: nobody can be written to under it.

    ``country``: whose number it is where it does not say.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if EXTENSION.search(plain):
        return None
    code, inside = COUNTRIES[country]
    digits = _digits(plain)
    abroad = ABROAD.get(country, "00")
    if plain.startswith("+"):
        digits = _digits(plain.replace(INSIDE, ""))
    elif digits.startswith(abroad):
        digits = digits.removeprefix(abroad)
    elif not (digits.startswith(code) and len(digits) > LONGEST_AT_HOME):
        digits = code + (digits.removeprefix(inside) if inside else digits)
    if digits.startswith("0") or not FEWEST <= len(digits) <= MOST:
        return None
    return f"+{digits}"


def _digits(text: str) -> str:
    return "".join(each for each in text if each in "0123456789")
