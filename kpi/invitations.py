"""An invitation: somebody Vigia does not know wants something, says who they are, and the account manager decides.

What they wanted is kept as they said it, and done once, as the person they turn out to be. Pure: every function returns
the invitation as it is afterwards, or None where that can no longer happen to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kpi.engagements import Platform


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    """They are to say who they are."""
    CLAIMED = "claimed"
    """They have, or could not; somebody of the operator is to decide."""
    CONFIRMED = "confirmed"
    """They are known; what they wanted is to be done."""
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


OVER = frozenset({InvitationState.DONE, InvitationState.REFUSED, InvitationState.EXPIRED})
"""Nothing happens to it any more."""

OPEN_FOR = timedelta(hours=72)
"""How long a stranger may take to say who they are, and the operator to decide: a weekend is shorter."""
REFUSED_FOR = timedelta(days=30)
"""So long somebody who was refused is not asked about again in the same room."""
KEPT_FOR = timedelta(days=2)
"""So long an invitation is remembered that came to its end."""
MOST_NAME = 60
"""Characters of a name somebody types; longer ones are cut."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wanted, as they said it: words or a button's text twin, and what stood in a form."""

    text: str
    address: str
    at: datetime
    event_id: str
    is_direct: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """One stranger in one room of an engagement; there is one at a time.

    `until` ends its state. `person` is the id of whom they say they are, `name` what they typed in its place; once
    confirmed, `person` is who they are. `answer` is what doing their wish said, where that is not asked for anew.
    """

    id: str
    engagement: str
    room: str
    platform: Platform
    handle: str
    wish: Wish
    made_at: datetime
    until: datetime
    state: InvitationState = InvitationState.OPEN
    person: str = ""
    name: str = ""
    decided_by: str = ""
    answer: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.state in OVER


def wished_again(invitation: Invitation, wish: Wish, now: datetime) -> Invitation | None:
    """Let the newest wish of a stranger count, as long as nobody was asked about them."""
    is_open = invitation.state is InvitationState.OPEN and now < invitation.until
    return replace(invitation, wish=wish) if is_open else None


def claimed(invitation: Invitation, now: datetime, *, person: str = "", name: str = "") -> Invitation | None:
    """Note who a stranger says they are; it can be said once, and without a page nobody can say anything."""
    if invitation.state is not InvitationState.OPEN or now >= invitation.until:
        return None
    said = tidy_name(name) if not person else ""
    return replace(invitation, state=InvitationState.CLAIMED, person=person, name=said, until=now + OPEN_FOR)


def confirmed(invitation: Invitation, person: str, by: str, now: datetime) -> Invitation | None:
    """Let a stranger be a person, on the word of somebody of the operator."""
    if invitation.state is not InvitationState.CLAIMED or now >= invitation.until:
        return None
    return replace(invitation, state=InvitationState.CONFIRMED, person=person, decided_by=by, until=now + OPEN_FOR)


def refused(invitation: Invitation, by: str, now: datetime) -> Invitation | None:
    """Drop what a stranger wanted, on the word of somebody of the operator."""
    if invitation.state is not InvitationState.CLAIMED or now >= invitation.until:
        return None
    return _over(replace(invitation, decided_by=by), InvitationState.REFUSED, now + REFUSED_FOR)


def expired(invitation: Invitation, now: datetime) -> Invitation | None:
    """Drop what a stranger wanted when nobody said or decided anything in time, or it could not be done."""
    if invitation.is_over or now < invitation.until:
        return None
    return _over(invitation, InvitationState.EXPIRED, now + KEPT_FOR)


def done(invitation: Invitation, answer: str, now: datetime) -> Invitation | None:
    """Note that what was wanted is done, and what that said."""
    if invitation.state is not InvitationState.CONFIRMED:
        return None
    return replace(invitation, state=InvitationState.DONE, answer=answer, until=now + KEPT_FOR)


def tidy_name(name: str) -> str:
    """Return a typed name on one line, without what cannot be printed."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:MOST_NAME].strip()


def _over(invitation: Invitation, state: InvitationState, until: datetime) -> Invitation:
    """Return an invitation that came to nothing: what was wanted is not kept."""
    nothing = replace(invitation.wish, text="", values=())
    return replace(invitation, state=state, wish=nothing, until=until)
