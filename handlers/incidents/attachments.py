"""Evidence: what there is to look at of an incident, named in words or kept as a file."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

from handlers.filled_forms import Filled
from handlers.incidents.desk import actor_of, happen
from handlers.incidents.form_values import visibility_here
from handlers.messages import Attachment, Reply, Request, ShownFile
from handlers.ports import Work
from kpi.errors import QuestionError
from kpi.incidents.events import AddEvidence
from kpi.incidents.evidence_files import MOST_FILES, EvidenceFile
from kpi.incidents.incident import Incident, Visibility
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording


def add_named_evidence(work: Work, request: Request, incident: Incident) -> None:
    """Add the order or listing that a report's form names; without one, nothing."""
    named = Filled(request).text("evidence")
    if named:
        happen(work, incident.id, AddEvidence(named, visibility_here(request)), actor_of(request), request.at)


def attach(work: Work, request: Request, incident: Incident) -> Reply:
    """Keep the files of a request with an incident and say so; a file it has already is kept once.

    Raises QuestionError when they would be too many.
    """
    new = new_files(work, request, incident, visibility_here(request))
    for one, file in new:
        event = AddEvidence(one.name, one.visibility, one.id)
        happen(work, incident.id, event, actor_of(request), request.at)
        work.incident_files.add(one, file.content)
    return kept_reply(request, incident, [one for one, _ in new])


def new_files(
    work: Work, request: Request, incident: Incident, visibility: Visibility
) -> list[tuple[EvidenceFile, Attachment]]:
    """Return the files of a request that its incident has not, to be kept; raises QuestionError for too many."""
    work.incidents.hold(incident.id)  # of two who attach at once, the second one counts what the first one left
    known = {(one.digest, one.visibility) for one in work.incident_files.of(incident.id)}
    stored = [_stored(request, incident, one, visibility) for one in request.files]
    new = {one.digest: (one, file) for one, file in zip(stored, request.files, strict=True)}
    new = {digest: both for digest, both in new.items() if (digest, visibility) not in known}
    if len(known) + len(new) > MOST_FILES:
        raise QuestionError(
            phrase("Incident #%(number)s has its %(limit)s files already; send a link instead."),
            number=incident.number,
            limit=MOST_FILES,
        )
    return list(new.values())


def _stored(request: Request, incident: Incident, file: Attachment, visibility: Visibility) -> EvidenceFile:
    digest = sha256(file.content).hexdigest()
    size, person = len(file.content), request.person.id
    return EvidenceFile(uuid4().hex, incident.id, file.name, file.kind, size, digest, visibility, person, request.at)


def kept_reply(request: Request, incident: Incident, files: list[EvidenceFile]) -> Reply:
    """Return what somebody is told whose files were kept."""
    wording = Wording(request.language)
    names = wording.listed(one.name for one in request.files)
    return Reply(
        headline=wording.say(phrase("With incident #%(number)s: %(names)s"), number=incident.number, names=names),
        language=request.language,
        tone=Tone.NEUTRAL,
        files=tuple(ShownFile(one.id, one.name) for one in files),
        is_private=True,
    )
