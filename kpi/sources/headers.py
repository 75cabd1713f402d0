"""Headers as they are compared: without case, accents' variants, byte order marks and double spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SEARCHED_ROWS = 20
"""Mercado Libre's header stands in row 6, its returns file's in row 3."""

_SPACES = re.compile(r"\s+")

PERSONAL = re.compile(
    r"cpf|cnpj|\brfc\b|\bcuit\b|\brut\b|buyer name|comprador|destinat[aá]rio|recipient|nombre de usuario"
    r"|nome de usu[aá]rio"
    r"|endere[cç]o|domicilio|direcci[oó]n|address|telefone|tel[eé]fono|phone|e-?mail|\bcep\b|zip.?code|c[oó]digo postal"
    r"|bairro|colonia|customer_unique_id|customer_city|买家|收件人|电话|地址|身份证"
)
"""Headers of buyers' personal data (searched in normalised headers): these columns are never read."""


def normal(header: str) -> str:
    """Return a header as it is compared."""
    text = unicodedata.normalize("NFKC", header.replace("\ufeff", "")).casefold()
    return _SPACES.sub(" ", text).strip().strip('"').strip()


def is_personal(header: str) -> bool:
    """Tell whether a column holds buyers' personal data."""
    return PERSONAL.search(normal(header)) is not None


def places_of(headers: Sequence[str]) -> dict[str, list[int]]:
    """Return where each header stands; a header that comes twice has two places, first one first."""
    found: dict[str, list[int]] = {}
    for place, header in enumerate(headers):
        found.setdefault(normal(header), []).append(place)
    return found
