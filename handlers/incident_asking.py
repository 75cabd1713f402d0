"""What an `/incident` command asks, before it is answered: what to do, with which incident, in which words."""

from __future__ import annotations

import re

from handlers.access import may_see
from handlers.grammar import normalise
from handlers.incident_readers import may_read
from handlers.incident_words import VERB_WORDS, Verb
from handlers.messages import Request
from handlers.ports import Work
from kpi.catalogue import METRICS
from kpi.errors import NotFoundError
from kpi.incidents import Incident
from kpi.phrases import phrase

COMMAND = re.compile(r"^[/／]?incident\b[\s:：]*", re.IGNORECASE)
NUMBER = re.compile(r"#?(\d{1,9})\b[\s:：]*")
WORD = re.compile(r"\S+")
_VERBS = {word: verb for verb, words in VERB_WORDS.items() for word in words}


def words_of(request: Request) -> str:
    """Return what stands behind the command's name."""
    return COMMAND.sub("", request.text.strip(), count=1)


def verb_of(text: str) -> tuple[Verb | None, str]:
    """Return what is to be done and the words after it; without a known first word, all words are a report."""
    first = WORD.match(text)
    verb = _VERBS.get(normalise(first.group())) if first else None
    return (verb, text[first.end() :].strip()) if first and verb else (None, text)


def incident_here(work: Work, request: Request, number: str) -> Incident:
    """Return the incident of a number; raises NotFoundError for one that is not shown in this room."""
    found = work.incidents.get(request.engagement.id, int(number))
    if found is None or not is_shown(found, request):
        raise NotFoundError(phrase("There is no incident “%(id)s” here. `/incident list` shows them."), id=number)
    return found


def is_shown(incident: Incident, request: Request) -> bool:
    """Tell whether who asks may read of an incident here."""
    metric = METRICS.get(incident.subject.metric)
    return may_read(request, incident) and (metric is None or may_see(metric, request))
