"""The `/room` command: which rooms there are, and the word that one may be read by another company."""

from __future__ import annotations

from handlers.access import OPERATOR_ROLES
from handlers.commands import Command
from handlers.messages import Reply, Request
from handlers.ports import Work
from handlers.rooms.held_rooms import who_confirms
from handlers.rooms.held_words import held_words
from handlers.rooms.room_changes import tell_confirmed
from kpi.engagements import Audience, Room
from kpi.errors import AccessError, NotFoundError, QuestionError
from kpi.phrases import phrase
from kpi.tones import Tone
from kpi.wording.wording import Wording

_AGAIN = {
    Audience.OPERATIONS: phrase("Confirmed: room “%(room)s” gets what is for operations again."),
    Audience.SELLER: phrase("Confirmed: room “%(room)s” gets what is due there again."),
}
_CONFIRM = frozenset({"confirm", "确认"})


def answer_room(work: Work, request: Request) -> Reply:
    """Answer a `/room` command; raises VigiaError with one sentence for a mistake, and for anybody of the seller's."""
    if request.person.role not in OPERATOR_ROLES or request.room.audience is not Audience.OPERATIONS:
        raise AccessError(phrase("Rooms are the operator's: ask in an operations room or alone with me."))
    words = request.text.split()[1:]
    if words and words[0].lower() in _CONFIRM:
        return _confirm(work, request, words[1] if len(words) > 1 else request.room.id)
    return _list(request)


def confirms(text: str) -> bool:
    """Tell whether a text of the command may change something."""
    words = text.split()[1:]
    return bool(words) and words[0].lower() in _CONFIRM


def _list(request: Request) -> Reply:
    wording, engagement = Wording(request.language), request.engagement
    held = wording.say(phrase("held back: another company reads it"))
    lines = (f"• {one.id}" + (f" · {held}" if one.id in engagement.held else "") for one in engagement.rooms)
    return Reply(
        headline=wording.labelled(engagement.name, wording.say(phrase("rooms"))),
        language=request.language,
        text="\n".join(lines),
        tone=Tone.BAD if engagement.held else Tone.NEUTRAL,
        notes=tuple(wording.say(example) for example in ROOM_COMMAND.examples),
        is_private=True,
    )


def _confirm(work: Work, request: Request, room_id: str) -> Reply:
    room = _held(request, room_id)
    confirming = who_confirms(request.engagement, room)
    if request.person.id not in {one.id for one in confirming}:
        raise AccessError(
            phrase("Who may confirm that another company reads this room: %(names)s."),
            names=", ".join(one.name for one in confirming) or "—",
        )
    work.shared_places.confirm(room.platform, room.address, request.person.id)
    tell_confirmed(work, request.engagement, room, request.person, request.at)
    wording = Wording(request.language)
    held = held_words(work, request.engagement, room, request.at, wording)
    again = wording.say(phrase("What was held back is not posted there again. If another company joins, I ask anew."))
    return Reply(
        wording.say(_AGAIN[room.audience], room=room.id),
        request.language,
        text="\n".join(line for line in (held, again) if line),
        tone=Tone.WATCH,
        has_queued=True,
    )


def _held(request: Request, room_id: str) -> Room:
    room = next((one for one in request.engagement.rooms if one.id == room_id), None)
    if room is None:
        rooms = ", ".join(one.id for one in request.engagement.rooms)
        raise NotFoundError(phrase("There is no room “%(room)s”. Rooms: %(rooms)s."), room=room_id, rooms=rooms)
    if room.id not in request.engagement.held:
        raise QuestionError(phrase("Nothing is held back from room “%(room)s”."), room=room.id)
    return room


ROOM_COMMAND = Command(
    "/room",
    phrase("Rooms, and what is held back from those another company reads."),
    (
        phrase("/room — the rooms of this engagement"),
        phrase("/room confirm lumina-ops — another company may read this operations room"),
    ),
    answer_room,
    writes=confirms,
)
