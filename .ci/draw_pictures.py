"""Draw the pictures of the sample engagements in all languages, to be looked at: `make pictures`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.clock import now
from bot.opening import open_database
from bot.picture_files import save_picture
from bot.samples.filling import fill_with_samples
from bot.settings import Settings
from handlers.access import request_of
from handlers.answers.kpi_command import KPI_COMMAND
from handlers.digests.composition import compose_digest
from handlers.digests.daily_digest import newest_day
from handlers.digests.message import digest_message
from handlers.messages import Arrival, Reply
from handlers.ports import Work
from kpi.engagements import Engagement, Room
from kpi.languages import Language

QUESTIONS = {"board": "/kpi", "trend": "/kpi conversion 30d", "money": "/kpi gmv 30d", "targets": "/kpi targets"}


def _answers(work: Work, engagement: Engagement, room: Room) -> dict[str, Reply]:
    person = engagement.people[0]
    digest = compose_digest(work, engagement, newest_day(work, engagement, now()), now())
    replies = {"digest": digest_message(digest, engagement, room)}
    for name, question in QUESTIONS.items():
        arrival = Arrival(room.platform, room.address, person.id, question, now(), f"pictures/{name}")
        replies[name] = KPI_COMMAND.answer(work, request_of(engagement, room, person, arrival))
    return replies


def main(out: Path) -> None:
    """Draw into `out`, one file per engagement, kind of picture and language."""
    with TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/pictures.sqlite")
        database = open_database(settings)
        fill_with_samples(database.work, now())
        with database.work() as work:
            for engagement in work.engagements.all():
                for language in Language:
                    room = replace(engagement.rooms[0], language=language)
                    for name, reply in _answers(work, engagement, room).items():
                        if reply.picture is not None:
                            file = f"{engagement.id}-{name}-{language.value}"
                            print(save_picture(reply.picture, out, file, settings.font_files))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
