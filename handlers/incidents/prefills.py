"""“Report a problem” of an alert, a digest or a message: what is known is filled in, what somebody sees is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.alerts.card_text import title_text
from handlers.alerts.cards import noticed
from handlers.alerts.declarations import declaration_of_alert
from handlers.alerts.shown import alert_here
from handlers.grammar.incident_words import ABOUT_MESSAGE, Verb
from handlers.incidents.card import SEVERITY_NAMES
from handlers.incidents.reports import declaration_of
from handlers.messages import Button, Reply, Request
from handlers.ports import Work
from kpi.digest_rules import leading
from kpi.digests import Digest
from kpi.engagements import Store
from kpi.errors import NotFoundError
from kpi.incidents.incident import Movement, Subject
from kpi.incidents.openings import Declaration
from kpi.metrics.catalogue import METRICS
from kpi.metrics.metric import Direction
from kpi.phrases import phrase
from kpi.severities import Severity
from kpi.tones import Tone
from kpi.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a button knows: the declaration but for the words, the command to write them behind, and a first sentence.

    `sentence` says what is known in the room's language, for who has nothing to add; "" where nothing is.
    """

    declared: Declaration
    command: str
    sentence: str


def prefill_of_alert(work: Work, request: Request, alert_id: str) -> Prefill:
    """Return what an alert's button knows; raises NotFoundError for one that this room has not."""
    alert = alert_here(work, request, alert_id)
    told = noticed(work, request.engagement, alert, request.at)
    wording = Wording(request.language)
    declared = declaration_of_alert(alert, "", request.language, request.at)
    return Prefill(
        replace(declared, reported_at=request.at),
        f"/incident alert {alert.id}",
        title_text(told, request.engagement, wording) if told else "",
    )


def prefill_of_digest(work: Work, request: Request, digest_id: str) -> Prefill:
    """Return what a digest's button knows: its worst metric, in the store where that was worst."""
    digest = work.digests.get(digest_id)
    if digest is None or digest.engagement != request.engagement.id:
        raise NotFoundError(phrase("There is no digest “%(id)s” here."), id=digest_id)
    subject = _worst(digest, request.engagement.stores)
    wording = Wording(request.language)
    declared = Declaration(
        request.engagement.id, subject, Severity.S2, "", request.language, reported_at=request.at, digest=digest.id
    )
    store = request.engagement.store(subject.store)
    sentence = wording.labelled(store.name, wording.say(METRICS[subject.metric].name)) if store else ""
    return Prefill(declared, f"/incident digest {digest.id}", sentence)


def prefill_of_message(_work: Work, request: Request, message: str) -> Prefill:
    """Return what is known of a message in this room: nothing but that two reports of it are one."""
    report = f"message/{request.room.platform}/{request.room.address}/{message}"
    declared = Declaration(
        request.engagement.id, Subject(), Severity.S2, "", request.language, report, reported_at=request.at
    )
    return Prefill(declared, f"/incident {ABOUT_MESSAGE} {message}", "")


Prefilled = Callable[[Work, Request, str], Prefill]
"""Returns what is known of the alert, digest or message of an id."""
PREFILLS: dict[Verb, Prefilled] = {
    Verb.ALERT: prefill_of_alert,
    Verb.DIGEST: prefill_of_digest,
    Verb.MESSAGE: prefill_of_message,
}
"""What is known beforehand, by the word of its command."""


def said_of(request: Request, prefill: Prefill, text: str) -> Declaration:
    """Return the declaration with somebody's words; what they name themselves counts more than what a digest knew."""
    said = declaration_of(request, text)
    known = prefill.declared
    if known.alert:
        return replace(known, report=said.report)
    names_other = said.subject.metric or said.subject.store not in {"", known.subject.store}
    subject = said.subject if names_other else known.subject
    return replace(said, subject=subject, digest=known.digest, report_id=known.report_id or said.report_id)


def asked_words(request: Request, prefill: Prefill) -> Reply:
    """Return the one question of the form: what is filled in already, and where to write what one sees."""
    wording = Wording(request.language)
    known = [
        prefill.sentence,
        wording.labelled(wording.say(phrase("severity")), wording.say(SEVERITY_NAMES[prefill.declared.severity])),
        wording.say(phrase("Answer in one line: `%(command)s …`"), command=prefill.command),
    ]
    as_it_is = Button(
        wording.say(phrase("Report it as it is")), f"{prefill.command} {prefill.sentence}", is_primary=True
    )
    return Reply(
        headline=wording.say(phrase("What do you see?")),
        language=request.language,
        text="\n".join(line for line in known if line),
        tone=Tone.NEUTRAL,
        buttons=(as_it_is,) if prefill.sentence else (),
        is_private=True,
    )


def _worst(digest: Digest, stores: tuple[Store, ...]) -> Subject:
    worst = leading(digest.readings)
    if worst is None:
        return Subject()
    own = leading([reading for reading in digest.per_store if reading.metric == worst.metric])
    named = own.scope.stores if own else worst.scope.stores
    store = named[0] if len(named) == 1 else stores[0].id if len(stores) == 1 else ""
    if not store:
        return Subject()
    is_rise = METRICS[worst.metric].good is Direction.DOWN
    return Subject(store, worst.metric, Movement.RISE if is_rise else Movement.FALL)
