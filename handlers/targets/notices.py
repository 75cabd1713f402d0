"""What rooms are told of a target that was set: from what to what, since when, by whom and where it was agreed."""

from __future__ import annotations

from handlers.messages import Button, Reply
from handlers.ports import Work
from handlers.targets.names import bound_text, days_text, target_name
from kpi.deliveries import Delivery
from kpi.engagements import Engagement, Role, Room
from kpi.markets import BEIJING
from kpi.phrases import phrase
from kpi.target_changes import TargetChange
from kpi.tones import Tone
from kpi.wording.wording import Wording

ROLE_NAMES: dict[Role, str] = {
    Role.ACCOUNT_MANAGER: phrase("account manager"),
    Role.TEAM_LEAD: phrase("team lead"),
    Role.DIRECTOR: phrase("director"),
    Role.ADMIN: phrase("admin"),
}
"""What those who agree targets are called."""


def target_message(work: Work, delivery: Delivery, engagement: Engagement, room: Room) -> Reply | None:
    """Return what a room is told of a change, or None where it is not known."""
    change = work.targets.change(delivery.cause)
    return target_notice(change, engagement, room) if change else None


def target_notice(change: TargetChange, engagement: Engagement, room: Room) -> Reply:
    """Return a change as one room reads it; every figure is the one that was frozen."""
    wording, target, before = Wording(room.language), change.target, change.before
    name = target_name(target, engagement, wording)
    said = wording.say(phrase("the target for %(name)s is %(bound)s"), name=name, bound=bound_text(target, wording))
    was = (
        wording.say(
            phrase("Before: %(bound)s (%(days)s)"), bound=bound_text(before, wording), days=days_text(before, wording)
        )
        if before
        else wording.say(phrase("Before: nothing was agreed."))
    )
    lines = [
        wording.say(phrase("Counts on %(days)s, store time."), days=days_text(target, wording)),
        was,
        wording.say(phrase("Set by %(who)s."), who=_who(change, engagement, wording)),
    ]
    if target.source:
        lines.append(wording.labelled(wording.say(phrase("Agreed in")), target.source))
    zone = engagement.stores[0].zone if engagement.stores else room.zone
    return Reply(
        headline=wording.labelled(engagement.name, said),
        language=room.language,
        text="\n".join(lines),
        tone=Tone.NEUTRAL,
        footer=wording.both_clocks(change.at, room.zone, BEIJING if room.zone.key != BEIJING.key else zone),
        buttons=(Button(wording.say(phrase("Targets")), "/kpi targets"),),
    )


def history_line(change: TargetChange, engagement: Engagement, wording: Wording) -> str:
    """Return a change in one line, for the list of targets."""
    target, before = change.target, change.before
    return wording.say(
        phrase("%(day)s: %(who)s set %(name)s to %(bound)s for %(days)s; before: %(before)s"),
        day=wording.short_day(change.at.date()),
        who=_who(change, engagement, wording),
        name=target_name(target, engagement, wording),
        bound=bound_text(target, wording),
        days=days_text(target, wording),
        before=bound_text(before, wording) if before else "—",
    )


def _who(change: TargetChange, engagement: Engagement, wording: Wording) -> str:
    person = engagement.person(change.by)
    if person is None:
        return change.by
    role = ROLE_NAMES.get(person.role)
    return wording.say(phrase("%(name)s (%(role)s)"), name=person.name, role=wording.say(role)) if role else person.name
