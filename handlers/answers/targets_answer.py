"""What was agreed and where it stands, with the pace through the month."""

from __future__ import annotations

from itertools import islice

from handlers.access import may_agree, may_see
from handlers.answers.asking import Asking
from handlers.messages import Button, Figure, Reply, Table
from handlers.readings.figures import value_text
from handlers.readings.scopes import Group, groups_of
from handlers.targets.forms import SET_A_TARGET, SET_COMMAND
from handlers.targets.names import bound_text, target_name
from handlers.targets.notices import history_line
from kpi.days import Period
from kpi.engagements import Store
from kpi.languages import Language
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.phrases import phrase
from kpi.pictures import BulletPicture, BulletRow
from kpi.readings.evaluation import WEIGHT_HISTORY_DAYS, standing_of
from kpi.targets import Standing, Target
from kpi.tones import Tone
from kpi.wording.wording import Wording

MOST_CHANGES = 5
"""Changes the list of targets names, newest first."""
WATCH_PACE = 0.9
"""A pace below 1 is slightly behind; below this one the target is missed unless something changes."""


def answer_targets(asking: Asking) -> Reply:
    """Return every target of the month with its attainment and pace."""
    wording = asking.wording
    day = asking.last_closed_day
    targets = [
        target
        for target in asking.work.targets.of(asking.request.engagement.id, day)
        if may_see(METRICS[target.metric], asking.request)
        and (asking.question.metric is None or target.metric == asking.question.metric)
    ]
    if not targets:
        return Reply(
            headline=wording.say(phrase("No targets are agreed for %(month)s."), month=wording.month(day)),
            language=asking.request.language,
            notes=_history(asking),
            buttons=_buttons(asking),
        )
    standings = [(target, _standing(asking, target)) for target in targets]
    known = [result for _, result in standings if result is not None]
    met = sum(result.is_met for result in known)
    headline = wording.say(
        phrase("%(subject)s: %(met)s of %(all)s targets on pace (%(month)s)"),
        subject=asking.subject(),
        met=met,
        all=len(targets),
        month=wording.month(day),
    )
    return Reply(
        headline=headline,
        language=asking.request.language,
        tone=Tone.GOOD if met == len(targets) else Tone.WATCH,
        figures=tuple(_figure(asking, target, result, wording) for target, result in standings),
        table=_table(asking, standings),
        picture=_picture(asking, standings, headline),
        notes=_history(asking),
        footer=asking.footer(Period(min(target.period.first for target in targets), day)),
        buttons=_buttons(asking),
    )


def _history(asking: Asking) -> tuple[str, ...]:
    """Return who changed which target, newest first: those of coming months too."""
    changes = (
        one
        for one in asking.work.targets.changes(asking.request.engagement.id)
        if may_see(METRICS[one.target.metric], asking.request) and asking.question.metric in {None, one.target.metric}
    )
    engagement = asking.request.engagement
    return tuple(history_line(one, engagement, asking.wording) for one in islice(changes, MOST_CHANGES))


def _buttons(asking: Asking) -> tuple[Button, ...]:
    if not may_agree(asking.request):
        return ()
    command = " ".join(filter(None, (SET_COMMAND, asking.question.metric)))
    return (Button(asking.wording.say(SET_A_TARGET), command),)


def stores_of(asking: Asking, target: Target) -> tuple[Store, ...]:
    """Return the stores a target is set for: those named, or all."""
    stores = asking.request.engagement.stores
    return tuple(store for store in stores if store.id in target.stores) if target.stores else stores


def _standing(asking: Asking, target: Target) -> Standing | None:
    metric = METRICS[target.metric]
    group = _group(target, groups_of(metric, stores_of(asking, target)))
    if group is None:
        return None
    history = Period(Period.ending(target.period.first, WEIGHT_HISTORY_DAYS + 1).first, asking.last_closed_day)
    series = asking.desk.series(metric, group.stores, history)
    return standing_of(series, target, min(asking.last_closed_day, target.period.last))


def _group(target: Target, groups: tuple[Group, ...]) -> Group | None:
    fitting = [group for group in groups if target.currency in {None, group.scope.currency}]
    return fitting[0] if len(fitting) == 1 else None


def tone_of(result: Standing | None) -> Tone:
    """Return how a target's standing should be taken."""
    if result is None:
        return Tone.UNKNOWN
    if result.is_met:
        return Tone.GOOD
    if result.pace is None or result.target.direction is Direction.DOWN:
        return Tone.BAD
    return Tone.WATCH if result.pace >= WATCH_PACE else Tone.BAD


def _judgement(result: Standing | None, wording: Wording) -> str:
    words = {
        Tone.GOOD: phrase("on pace"),
        Tone.WATCH: phrase("slightly behind"),
        Tone.BAD: phrase("behind"),
        Tone.UNKNOWN: phrase("no data"),
    }
    return wording.say(words[tone_of(result)])


def _actual(target: Target, result: Standing | None, wording: Wording) -> str:
    return value_text(METRICS[target.metric], result.actual if result else None, target.currency, wording)


def _figure(asking: Asking, target: Target, result: Standing | None, wording: Wording) -> Figure:
    pace = ""
    if result is not None and result.pace is not None:
        pace = wording.say(phrase("pace %(pace)s"), pace=wording.whole_percent(result.pace))
    return Figure(
        name=target_name(target, asking.request.engagement, wording),
        value=_actual(target, result, wording),
        judgement=_judgement(result, wording),
        tone=tone_of(result),
        target=bound_text(target, wording),
        note=pace,
    )


def _table(asking: Asking, standings: list[tuple[Target, Standing | None]]) -> Table:
    wording = asking.wording
    return Table(
        (
            wording.say(phrase("Target")),
            wording.say(phrase("agreed")),
            wording.say(phrase("so far")),
            wording.say(phrase("due by now")),
            wording.say(phrase("owner")),
            wording.say(phrase("source")),
        ),
        tuple(
            (
                target_name(target, asking.request.engagement, wording),
                bound_text(target, wording),
                _actual(target, result, wording),
                _due(target, result, wording),
                target.owner or "—",
                target.source or "—",
            )
            for target, result in standings
        ),
    )


def _due(target: Target, result: Standing | None, wording: Wording) -> str:
    if result is None or result.due is None:
        return "—"
    return value_text(METRICS[target.metric], result.due, target.currency, wording)


def _picture(asking: Asking, standings: list[tuple[Target, Standing | None]], headline: str) -> BulletPicture | None:
    if not any(result for _, result in standings):
        return None

    def drawn(wording: Wording, title: str) -> BulletPicture:
        return BulletPicture(
            title=title,
            subtitle="",
            rows=tuple(
                BulletRow(
                    name=target_name(target, asking.request.engagement, wording),
                    attained=float(result.attainment or 0),
                    due=float(result.due / target.value) if result.due is not None and target.value else None,
                    value=_actual(target, result, wording),
                    target=bound_text(target, wording),
                    judgement=_judgement(result, wording),
                    tone=tone_of(result),
                    lower_is_better=target.direction is Direction.DOWN,
                )
                for target, result in standings
                if result is not None
            ),
            footer=wording.say(phrase("bar: so far · full width: target · tick: due by now")),
            alt_text=title,
        )

    if asking.request.language is not Language.ZH:
        return drawn(asking.wording, headline)
    latin = drawn(Wording(Language.EN), asking.subject())
    native = drawn(asking.wording, headline)
    return BulletPicture(native.title, native.subtitle, native.rows, native.footer, native.alt_text, fallback=latin)
