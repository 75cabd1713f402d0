"""What the rows of an engagement file are made of."""

from __future__ import annotations

from contextlib import suppress
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from kpi.errors import UnknownNameError
from kpi.languages import Language, parse_language

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        msg = f"“{name}” is not a time zone; write an IANA name such as America/Sao_Paulo"
        raise ValueError(msg) from None
    return name


def _language(text: str) -> Language:
    try:
        return parse_language(text)
    except UnknownNameError as error:
        raise ValueError(str(error)) from None


def _local_time(value: object) -> object:
    with suppress(ValueError):
        parsed = time.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(parsed, time) and parsed.tzinfo is None:
            return parsed
    msg = f'{value} is not a local time of day; write "09:00"'
    raise ValueError(msg)


ZoneName = Annotated[str, AfterValidator(_zone)]
LanguageName = Annotated[Language, BeforeValidator(_language)]
LocalTime = Annotated[time, BeforeValidator(_local_time)]


class Row(BaseModel):
    """A table of the file; unknown keys are mistakes, most likely misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)
