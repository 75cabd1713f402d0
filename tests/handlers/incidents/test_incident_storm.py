"""Incidents under everything at once, down to the messages: people, rooms that fail, and processes that are killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers.incidents.escalation_watch import sweep_escalations
from handlers.ports import Work
from kpi.incidents.escalations import agenda
from kpi.incidents.incident import EntryKind, Incident, Status
from tests.handlers.call_world import DESK, HOUR, MINUTE, OPS, SELLER, CallWorld, called_north, with_wecom

STAFF_WORDS = (
    "/incident ack 1001",
    "/incident ack 1002",
    "/incident analysis 1001 ads",
    "/incident plan 1001 cause: ads action: pictures review: 2h",
    "/incident done 1001",
    "/incident resolve 1001 cause: ads action: pictures reason: fine",
    "/incident note 1001 looking",
)
SELLER_WORDS = (
    "/incident escalate 1001",
    "/incident reopen 1001 又来了",
    "/incident fixed 1001",
    "/incident conversion fell in North ML",
    "/incident critical: orders fell in North Amazon",
)


DIRECT = ("direct/north-ana/slack", "direct/north-ana/wecom", "direct/north-bruno/slack", "direct/north-rita/slack")


class KilledError(RuntimeError):
    """The process is gone."""


class IncidentStorm(RuleBasedStateMachine):
    """Two rooms of the operator on two platforms, one of the seller, and whatever happens to them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = CallWorld(with_wecom(called_north(has_desk=True), "north-ana"))
        self.told: set[str] = set()

    @initialize(text=st.sampled_from(SELLER_WORDS[-2:]))
    def the_seller_reports(self, text: str) -> None:
        """Something is wrong."""
        self.world.declare(text)

    @rule(by=st.sampled_from((timedelta(seconds=15), MINUTE, 31 * MINUTE, 5 * HOUR)))
    def time_passes(self, by: timedelta) -> None:
        """With a healthy sweep at its end."""
        self.world.clock.advance(by)
        self.world.sweep()

    @rule(text=st.sampled_from(STAFF_WORDS), handle=st.sampled_from(("U0ANA", "U0BRUNO")))
    def somebody_of_the_operator_acts(self, text: str, handle: str) -> None:
        """Whether it may happen now or not."""
        self.world.staff(text, handle)

    @rule(text=st.sampled_from(SELLER_WORDS))
    def the_seller_acts(self, text: str) -> None:
        """Whether it may happen now or not."""
        self.world.declare(text)

    @rule(room=st.sampled_from((OPS, DESK, SELLER, *DIRECT)))
    def a_room_fails_or_comes_back(self, room: str) -> None:
        """Let one be archived, revoked, or bound anew."""
        self.world.broken ^= {room}

    @rule(room=st.sampled_from(DIRECT))
    def somebody_leaves_a_platform_or_comes_back(self, room: str) -> None:
        """Their account is deactivated there."""
        self.world.gone ^= {room}

    @rule(units=st.integers(0, 4), by=st.sampled_from((timedelta(seconds=15), 31 * MINUTE, 5 * HOUR)))
    def a_sweep_is_killed(self, units: int, by: timedelta) -> None:
        """In its n-th unit of work, before that is stored."""
        self.world.clock.advance(by)
        opened = 0

        @contextmanager
        def dying() -> Iterator[Work]:
            nonlocal opened
            opened += 1
            with self.world.books.work() as work:
                yield work
                if opened > units:
                    raise KilledError

        with suppress(KilledError):
            sweep_escalations(dying, self.world.clock())

    def _incidents(self) -> tuple[Incident, ...]:
        with self.world.books.view() as work:
            return work.incidents.of_engagement("north", self.world.clock() - timedelta(days=99))

    @invariant()
    def every_call_has_its_messages_and_no_message_lacks_its_call(self) -> None:
        """Written together or not at all."""
        keys = [one.key for one in self.world.deliveries() if "/call/" in one.key]
        written = {"/".join(key.split("/")[:4]) for key in keys}
        made = {f"incident/{one.id}/call/{number + 1}" for one in self._incidents() for number in range(one.calls)}
        assert written == made

    @invariant()
    def nobody_is_called_twice_for_one_step_in_one_room(self) -> None:
        """Whoever is killed, whoever comes second."""
        calls = [one for one in self.world.deliveries() if "/call/" in one.key]
        assert max(Counter(one.key for one in calls).values(), default=1) == 1

    @invariant()
    def what_is_due_is_what_the_states_say(self) -> None:
        """No incident is adrift, and no step is left of a state that is gone."""
        with self.world.books.view() as work:
            assert work.incidents.adrift() == ()
            stored = work.incidents.overdue(self.world.clock() + timedelta(days=999))
        assert set(stored) == {step for one in self._incidents() for step in agenda(one)}

    @invariant()
    def every_loss_is_followed_up_once(self) -> None:
        """One line for each lost message, however often the sweep looks."""
        for one in self._incidents():
            lost = [
                dict(line.params)["delivery"]
                for line in self.world.lines(one.number)
                if line.kind is EntryKind.UNDELIVERED
            ]
            assert len(lost) == len(set(lost))

    def teardown(self) -> None:
        """When every room answers again and nobody has it, somebody is called before long."""
        self.world.broken.clear()
        self.world.gone.clear()
        before = {one.id: one.calls for one in self._incidents() if not one.is_closed}
        self.world.live(timedelta(days=4), step=HOUR)
        for one in self._incidents():
            if one.id in before and one.status is Status.OPEN:
                assert one.calls > before[one.id]


# A life of days is read as it is: making it shorter takes minutes.
IncidentStorm.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
TestIncidentStorm = IncidentStorm.TestCase
