"""Every kind of message as Slack gets it, a page a kind in four languages, for review: `make goldens` writes them anew.

The numbers are those of the sample sellers in memory, so that a page changes only where a sentence or a block does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.slack.home import render_home
from bot.slack.renderer import Extras, render
from bot.slack.views import Origin, view_of
from handlers.digests.composition import compose_digest
from handlers.digests.message import digest_message
from handlers.messages import Form, Reply
from handlers.rooms.welcome import queue_welcomes
from kpi.deliveries import CauseKind
from kpi.languages import Language
from tests.bot.slack.block_text import block_lines, message_lines, view_lines
from tests.handlers.answers.test_targets_answer import agreed, target
from tests.handlers.call_world import CallWorld
from tests.handlers.incident_world import IncidentWorld, alerted
from tests.handlers.rooms.test_home import bind_slack, digested, home
from tests.handlers.rooms.test_room_changes import begun, in_slack
from tests.handlers.rooms.test_welcome import said
from tests.handlers.summary_story import spoken_north
from tests.handlers.world import DAY, NOW, World, bad_thursday, north, south

DATA = Path(__file__).parent / "data"
QUESTIONS = {
    "board": "/kpi",
    "metric": "/kpi conversion 7d",
    "reasons": "/kpi why conversion",
    "help": "/kpi help",
}
INCIDENT = "/incident conversion fell in North ML since yesterday"
DRAWN = Extras(file_id="F000000001", has_charts=True)
NOT_DRAWN = Extras(has_charts=True)

Lines = Iterable[str]


def page(kind: str) -> str:
    """Return the page of one kind of message."""
    parts = (f"== {language.value}\n" + "\n".join(PAGES[kind](language)) + "\n" for language in Language)
    return f"{kind}\n\n" + "\n".join(parts)


def _message(reply: Reply | None, extras: Extras = NOT_DRAWN) -> Lines:
    assert reply is not None
    return message_lines(render(reply, "golden", extras))


def _digest(language: Language) -> Lines:
    world, engagement = bad_thursday(language), north(language)
    with world.books.view() as work:
        return _message(
            digest_message(compose_digest(work, engagement, DAY, NOW), engagement, engagement.rooms[0]), DRAWN
        )


def _digest_without_picture(language: Language) -> Lines:
    world, engagement = bad_thursday(language), north(language)
    with world.books.view() as work:
        return _message(digest_message(compose_digest(work, engagement, DAY, NOW), engagement, engagement.rooms[1]))


def _answer(question: str) -> Callable[[Language], Lines]:
    return lambda language: _message(bad_thursday(language).ask(question))


def _targets(language: Language) -> Lines:
    gmv = target("gmv", "155000", "BRL", "north-ml")
    return _message(agreed(gmv, target("conversion_rate", "0.026"), language=language).ask("/kpi targets"))


def _error(language: Language) -> Lines:
    reply = bad_thursday(language).ask("/kpi convrsion")
    return _message(replace(reply, reference="UNKNOWN-3f9a1c"))


def _alert(language: Language) -> Lines:
    card = alerted(language).card()
    return [line.replace(card.reference, "3f9a1c") for line in _message(card)]  # alerts have ids by chance


def _reported(language: Language) -> IncidentWorld:
    world = IncidentWorld(north(language), south(language))
    world.fill()
    world.seller(INCIDENT)
    return world


def _incident(language: Language) -> Lines:
    return _message(_reported(language).ask("/incident show 1001"))


def _incident_timeline(language: Language) -> Lines:
    world = _reported(language)
    world.ask("/incident note 1001 the margin of this listing is thin")
    return _message(world.ask("/incident timeline 1001"))


def _call(language: Language) -> Lines:
    world = CallWorld(spoken_north(language, language))
    world.fill("north-ml", "north-amz")
    world.declare()
    world.live(timedelta(minutes=40), timedelta(minutes=5))
    calls = [one for one in world.sent if one.called and "/incident escalate" in str(one.reply.buttons)]
    return _message(calls[0].reply)


def _form(language: Language) -> Lines:
    world = IncidentWorld(north(language), south(language))
    form = world.intake.opened(world.arrival("/incident new"))
    assert isinstance(form, Form)
    return view_lines(view_of(form, Origin(form.command, language=language)))


def _home(language: Language) -> Lines:
    world = IncidentWorld(bind_slack(north(language)), bind_slack(south(language)))
    world.hear(INCIDENT, "north-seller", "wei")
    digested(world)
    return block_lines(render_home(home(world, "U0ANA"))["blocks"])


def _welcome(language: Language) -> Lines:
    world: World = begun()
    with world.books.work() as work:
        queue_welcomes(work, in_slack(north(language)), world.clock())
    world.agree(in_slack(north(language)))
    assert any(one.cause_kind is CauseKind.WELCOME for one in world.deliveries())
    return _message(said(world, "north-seller"))


PAGES: dict[str, Callable[[Language], Lines]] = {
    "digest": _digest,
    "digest_without_picture": _digest_without_picture,
    **{name: _answer(question) for name, question in QUESTIONS.items()},
    "targets": _targets,
    "error": _error,
    "alert": _alert,
    "incident": _incident,
    "incident_timeline": _incident_timeline,
    "call": _call,
    "form": _form,
    "home": _home,
    "welcome": _welcome,
}


def main() -> None:
    """Write the pages that are not what the code renders today."""
    DATA.mkdir(exist_ok=True)
    for kind in PAGES:
        file, text = DATA / f"{kind}.txt", page(kind)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
