"""How somebody nobody knows becomes known: what they wanted, who is asked, who decides, and what is done then, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.access import recognise
from handlers.answers.kpi_command import KPI_COMMAND
from handlers.commands import Command
from handlers.deliveries import Composed
from handlers.intake import Intake
from handlers.invitations.claims import claim_page, say_who
from handlers.invitations.command import PERSON_COMMAND, decides_who
from handlers.invitations.sweep import sweep_strangers
from handlers.messages import Arrival, Reply, Request
from handlers.ports import Work
from handlers.replays import composing, replay_wishes
from kpi.absences import Absence
from kpi.deliveries import Delivery, DeliveryState, Settlement
from kpi.engagements import Engagement, Person, Platform, Role
from kpi.errors import NotFoundError, QuestionError, UnknownPersonError
from kpi.invitations import OPEN_FOR, Invitation, InvitationState
from tests.handlers.rooms.test_room_changes import OPS, SELLER, in_slack
from tests.handlers.world import World, north, said, south

SLACK, WECOM = Platform.SLACK, Platform.WECOM
ANA, WEI, STRANGER = "U0NORTH-ANA", "U0NORTH-WEI", "U0STRANGER"
LI = Person("north-li", "Li", Role.SELLER, north().people[0].language, north().people[0].zone)
URL = "https://vigia.test/pages/invitation/sealed"


class Doors(World):
    """A world whose seller's Li nobody in Slack knows, with a command that says what was done."""

    def __init__(self, *engagements: Engagement, has_pages: bool = True) -> None:
        super().__init__(*(engagements or (with_li(), in_slack(south()))))
        self.done: list[tuple[str, str, Mapping[str, str]]] = []
        note = Command("/note", "note", (), self._note, writes=lambda _text: True)
        commands = (KPI_COMMAND, PERSON_COMMAND, note)
        self.has_pages = has_pages
        self.intake = Intake(self.books.work, commands, view=self.books.view, link_to=self._link)
        self._compose = composing(self.intake, self._link)
        self.fill("north-ml", "north-amz")

    def _link(self, _invitation: Invitation) -> str:
        return URL if self.has_pages else ""

    def _note(self, _work: Work, request: Request) -> Reply:
        self.done.append((request.person.id, request.text, request.values))
        return Reply("noted", request.language)

    def says(
        self,
        text: str,
        who: str = STRANGER,
        address: str = SELLER,
        platform: Platform = SLACK,
        *,
        alone: bool = False,
        **values: str,
    ) -> Reply | None:
        """Let somebody say or press something."""
        self.clock.advance(timedelta(seconds=1))
        arrival = Arrival(platform, address, who, text, self.clock(), f"event {self.clock()}", alone, values)
        return self.intake.answer(arrival)

    def told(self, text: str, who: str = STRANGER, address: str = SELLER, *, alone: bool = False) -> Reply:
        """Return what somebody is answered who is owed a sentence."""
        reply = self.says(text, who, address, alone=alone)
        assert reply is not None
        return reply

    def decides(self, text: str, who: str = ANA, address: str = OPS) -> Reply:
        """Let somebody decide, and do what follows."""
        reply = self.told(text, who, address)
        self.clock.advance(timedelta(seconds=1))
        replay_wishes(self.books.work, self.intake, self.clock())
        return reply

    def sweep(self) -> int:
        """Do what time does."""
        self.clock.advance(timedelta(seconds=1))
        replay_wishes(self.books.work, self.intake, self.clock())
        return sweep_strangers(self.books.work, self.clock())

    def one(self) -> Invitation:
        """Return the only invitation there is."""
        (found,) = self.all()
        return found

    def all(self) -> list[Invitation]:
        """Return every invitation."""
        with self.books.view() as work:
            return [one for state in InvitationState for one in work.invitations.in_state(state)]

    def claim(self, person: str = "", name: str = "") -> str:
        """Say on the page who they are; return the id of the invitation."""
        with self.books.work() as work:
            say_who(work, self.one().id, person, name, self.clock())
        return self.one().id

    def told_about(self, room: str = "") -> list[Delivery]:
        """Return what was queued about invitations, for a room or for all."""
        found = (one for one in self.deliveries() if one.key.startswith("invitation/"))
        return [one for one in found if room in {"", one.room}]

    def words(self, delivery: Delivery) -> Reply | None:
        """Return what a message says now."""
        with self.books.view() as work:
            composed = self._compose(work, delivery)
        return composed.reply if isinstance(composed, Composed) else None

    def ends(self, delivery: Delivery, state: DeliveryState) -> None:
        """Let the outbox find out what became of a message."""
        with self.books.work() as work:
            work.deliveries.claim(self.clock(), 99)
            work.deliveries.settle(delivery.id, Settlement(state, "so", self.clock()))


def with_li() -> Engagement:
    """Return the seller with Li, whom Slack does not know."""
    engagement = in_slack(north())
    return replace(engagement, people=(*engagement.people, LI))


def test_a_stranger_is_told_one_sentence_with_a_link_and_nothing_else() -> None:
    """Alone; of the seller they learn nothing."""
    doors = Doors()
    reply = doors.told("/kpi")
    assert reply.is_private
    assert [button.url for button in reply.buttons] == [URL]
    assert "Ana of north" in reply.headline
    assert (reply.text, reply.figures) == ("", ())
    assert doors.told_about() == []


def test_the_newest_wish_counts_until_they_said_who_they_are() -> None:
    """One invitation, with what stood in a form."""
    doors = Doors()
    doors.says("/kpi")
    doors.says("/note it", words="no\nsales")
    assert doors.one().wish.values == (("words", "no\nsales"),)
    invitation = doors.claim(person="north-li")
    assert doors.told("/kpi").buttons == ()
    doors.decides(f"/person confirm {invitation}")
    assert doors.done == [("north-li", "/note it", {"words": "no\nsales"})]
    doors.sweep()
    assert len(doors.done) == 1


def test_whom_the_account_manager_names_instead_they_are() -> None:
    """Somebody typed a name; it was Li. A name nobody has makes somebody new, who is of the seller's."""
    doors = Doors()
    doors.says("/note")
    doors.decides(f"/person confirm {doors.claim(name='lee')} Li")
    assert doors.done[0][0] == "north-li"
    doors.says("/note", "U0OTHER")
    other = next(one for one in doors.all() if one.handle == "U0OTHER")
    with doors.books.work() as work:
        say_who(work, other.id, "", "张三", doors.clock())
    doors.decides(f"/person confirm {other.id}")
    assert doors.done[1][0] == "slack-u0other"


@pytest.mark.parametrize("name", ["north-ana", "Ana of north", "north-wei"])
def test_a_stranger_becomes_nobody_of_the_operator_and_nobody_known(name: str) -> None:
    """However it is typed."""
    doors = Doors()
    doors.says("/note")
    invitation = doors.claim(name=name)
    doors.decides(f"/person confirm {invitation}")
    assert doors.done == []
    assert doors.one().state is InvitationState.CLAIMED


def test_a_page_lists_the_sellers_unknown_people_and_takes_one_answer() -> None:
    """Nobody else can be chosen, and nothing is nobody."""
    doors = Doors()
    doors.says("/kpi")
    with doors.books.view() as work:
        page = claim_page(work, doors.one().id, doors.clock())
    assert [one.id for one in page.people] == ["north-li"]
    with pytest.raises(QuestionError):
        doors.claim(person="north-ana")
    doors.claim(person="north-li", name="ignored")
    assert (doors.one().person, doors.one().name) == ("north-li", "")
    with pytest.raises(NotFoundError):
        doors.claim(name="again")


def test_without_a_page_the_account_manager_is_asked_at_once() -> None:
    """With a button for each person it may be, and the words for anybody else; the same sentence however often."""
    doors = Doors(has_pages=False)
    assert doors.told("/kpi").headline == doors.told("/kpi").headline
    (asked,) = doors.told_about()
    assert asked.room == "direct/north-ana/slack"
    reply = doors.words(asked)
    assert reply is not None
    invitation = doors.one().id
    assert [one.command for one in reply.buttons] == [
        f"/person @north confirm {invitation} north-li",
        f"/person @north refuse {invitation}",
    ]
    assert "/kpi" in reply.text
    assert STRANGER in reply.text
    assert "Say who it is" in doors.decides(f"/person confirm {invitation}").headline
    doors.decides(f"/person confirm {invitation} north-li")
    assert doors.words(asked) is None, "it was decided"


def test_who_stands_in_is_asked_while_the_account_manager_is_away() -> None:
    """And whoever is next where a message fails, down to the operations room."""
    doors = Doors(has_pages=False)
    with doors.books.work() as work:
        work.engagements.note_absence("north", "north-ana", Absence(date.min, date.max, "north-rita"))
    doors.says("/kpi")
    for room in ("direct/north-rita/slack", "direct/north-ana/slack", "north-ops", "direct/north-adam/slack"):
        newest = doors.told_about()[-1]
        assert newest.room == room
        doors.ends(newest, DeliveryState.FAILED)
        doors.sweep()
    assert len(doors.told_about()) == 4


def test_nobody_but_the_operators_managers_decides_and_only_for_their_own_seller() -> None:
    """Another engagement's manager finds nothing there."""
    doors = Doors()
    doors.says("/note")
    invitation = doors.claim(name="张三")
    for who, address in ((WEI, SELLER), (ANA, SELLER), ("U0NORTH-BRUNO", OPS)):
        doors.decides(f"/person confirm {invitation}", who, address)
        assert invitation not in said(doors.told("/person", who, address))
    elsewhere = doors.decides(f"/person confirm {invitation}", "U0SOUTH-ANA", f"{OPS}SOUTH")
    assert "Nobody waits" in elsewhere.headline
    assert doors.done == []
    assert invitation in said(doors.told("/person", ANA, OPS))


def test_a_refused_stranger_is_told_and_nobody_is_asked_about_them_again() -> None:
    """For a month in that room."""
    doors = Doors()
    doors.says("/note")
    invitation = doors.claim(name="张三")
    assert "Refused" in doors.decides(f"/person refuse {invitation}").headline
    assert "already" in doors.decides(f"/person confirm {invitation}").headline
    (told,) = doors.told_about(f"stranger/north-seller/{STRANGER}")
    assert "did not confirm" in said(doors.words(told))  # type: ignore[arg-type]
    assert "did not confirm" in doors.told("/note").headline
    assert doors.one().state is InvitationState.REFUSED
    doors.clock.advance(timedelta(days=31))
    assert doors.told("/note").buttons


def test_what_nobody_decides_in_time_is_dropped_and_said_once() -> None:
    """Also what nobody ever said a name for."""
    doors = Doors()
    doors.says("/note")
    invitation = doors.claim(name="张三")
    doors.says("/note", "U0OTHER")
    doors.clock.advance(OPEN_FOR)
    assert doors.sweep() == 3
    assert doors.sweep() == 0
    assert "already" in doors.decides(f"/person confirm {invitation}").headline
    assert doors.done == []
    assert {one.wish.text for one in doors.all()} == {""}
    with pytest.raises(NotFoundError), doors.books.view() as work:
        claim_page(work, invitation, doors.clock())


def test_a_learnt_user_id_can_be_forgotten_by_who_confirmed_it() -> None:
    """What the file says stays as it is."""
    doors = Doors()
    doors.says("/note")
    doors.decides(f"/person confirm {doors.claim(name='张三')}")
    listed = doors.told("/person", ANA, OPS).text
    assert "slack-u0stranger" in listed
    assert "came by an invitation" in doors.told("/person forget north-wei", ANA, OPS).headline
    assert "Forgotten" in doors.told("/person forget slack-u0stranger slack", ANA, OPS).headline
    assert doors.told("/note").buttons
    assert len(doors.done) == 1


def test_who_was_written_into_the_file_meanwhile_is_that_person() -> None:
    """Whatever they typed."""
    doors = Doors()
    doors.says("/note")
    invitation = doors.claim(name="张三")
    known = replace(LI, handles=((SLACK, STRANGER),))
    doors.agree(replace(with_li(), people=(*in_slack(north()).people, known)))
    doors.decides(f"/person confirm {invitation}")
    assert doors.done == [("north-li", "/note", {})]


def test_in_a_wecom_group_the_link_comes_alone() -> None:
    """Everybody reads what the robot answers; where the app reaches nobody, the account manager is asked."""
    doors = Doors()
    reply = doors.says("/kpi", "zhang", "group", WECOM)
    assert reply is not None
    assert reply.buttons == ()
    (alone,) = doors.told_about()
    assert (alone.room, alone.platform) == ("stranger/north-group/zhang", WECOM)
    assert URL in said(doors.words(alone))  # type: ignore[arg-type]
    doors.ends(alone, DeliveryState.FAILED)
    assert doors.sweep() == 1
    assert doors.told_about()[-1].room == "direct/north-ana/slack"
    assert doors.one().state is InvitationState.CLAIMED
    assert doors.words(alone) is None


def test_who_writes_to_the_app_alone_is_invited_where_there_is_one_seller() -> None:
    """With several, nobody can tell whose they are, and none is named."""
    doors = Doors(with_li())
    reply = doors.says("/note", "zhang", "app:zhang", WECOM, alone=True)
    assert reply is not None
    assert [one.url for one in reply.buttons] == [URL]
    doors.decides(f"/person confirm {doors.claim(name='张三')}")
    assert doors.done == [("wecom-zhang", "/note", {})]
    assert doors.told_about()[-1].room == "direct/wecom-zhang/wecom"
    several = Doors()
    lost = several.says("/note", "zhang", "app:zhang", WECOM, alone=True)
    assert lost is not None
    assert "zhang" in lost.headline
    assert "north" not in said(lost).lower()
    assert several.all() == []


@pytest.mark.parametrize(
    ("address", "platform"), [(OPS, SLACK), ("C0NOWHERE", SLACK)], ids=["operations room", "unbound channel"]
)
def test_nobody_is_invited_anywhere_else(address: str, platform: Platform) -> None:
    """One sentence in the operator's own room, silence where nobody bound anything."""
    doors = Doors()
    reply = doors.says("/note", STRANGER, address, platform)
    assert (reply is None) == (address == "C0NOWHERE")
    assert reply is None or reply.buttons == ()
    assert doors.all() == []


def test_a_person_without_a_user_id_is_nobody() -> None:
    """A platform may leave it out."""
    doors = Doors()
    doors.says("/note", "")
    assert doors.all() == []
    with doors.books.view() as work:
        bound = work.engagements.at_address(SLACK, SELLER)
    assert bound is not None
    with pytest.raises(UnknownPersonError):
        recognise(*bound, Arrival(SLACK, SELLER, "", "/kpi", doors.clock(), "e"))


def test_words_that_decide_are_known_wherever_they_are_typed() -> None:
    """The list and the help decide nothing."""
    assert decides_who("/person @north confirm 1a2b3c4d")
    assert decides_who("person refuse 1a2b3c4d")
    assert not any(map(decides_who, ("/person", "/person help", "/kpi", "")))


def test_help_names_every_word() -> None:
    """In the language of the room."""
    text = Doors().told("/person help", ANA, OPS).text
    assert all(word in text for word in ("confirm", "refuse", "forget"))
    assert "`confirm`" in Doors().told("/person confirm", ANA, OPS).headline
