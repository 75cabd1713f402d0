"""What every table of an engagement file is: unknown keys are mistakes, ids are lower-case."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class Row(BaseModel):
    """A table of the file; unknown keys are mistakes, most likely misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True)
