"""What the ledger promises: one delivery a key, one claimer a row, allowed transitions only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.samples.engagements import sample_engagements
from kpi.deliveries import CauseKind, Delivery, DeliveryState, Placing, Settlement
from kpi.engagements import Platform
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
LUMINA, ANDES = sample_engagements()


def delivery(number: int, due_at: datetime = NOW) -> Delivery:
    """Return a pending delivery."""
    return Delivery(
        f"d{number}",
        f"digest/lumina/2026-11-22/room{number}",
        CauseKind.DIGEST,
        "D-1",
        "lumina",
        f"room{number}",
        Platform.SLACK,
        DeliveryState.PENDING,
        due_at,
        NOW + timedelta(seconds=number),
    )


def test_a_delivery_is_added_once_per_key(database: Books) -> None:
    """Whatever its id."""
    with database.work() as work:
        assert work.deliveries.add(delivery(1))
        assert not work.deliveries.add(replace(delivery(1), id="other"))
        assert work.deliveries.get("d1") == delivery(1)
        assert work.deliveries.by_key(delivery(1).key) == delivery(1)
        assert work.deliveries.by_key("nothing") is None


def test_claiming_takes_what_is_due_in_order_and_only_once(database: Books) -> None:
    """Oldest due first, the future stays."""
    with database.work() as work:
        for number, due in ((1, NOW), (2, NOW - timedelta(hours=1)), (3, NOW + timedelta(hours=1))):
            work.deliveries.add(delivery(number, due))
        assert [one.id for one in work.deliveries.claim(NOW, 1)] == ["d2"]
        (claimed,) = work.deliveries.claim(NOW, 10)
        assert (claimed.id, claimed.state, claimed.attempts, claimed.claimed_at) == (
            "d1",
            DeliveryState.SENDING,
            1,
            NOW,
        )
        assert work.deliveries.claim(NOW, 10) == ()


def test_only_allowed_transitions_are_stored(database: Books) -> None:
    """Sent is final; pending cannot become sent without being claimed."""
    sent = Settlement(DeliveryState.SENT, "ok", NOW, platform_message="ts-1")
    with database.work() as work:
        work.deliveries.add(delivery(1))
        with pytest.raises(ValueError, match="cannot become sent"):
            work.deliveries.settle("d1", sent)
        work.deliveries.claim(NOW, 1)
        work.deliveries.settle("d1", sent)
        with pytest.raises(ValueError, match="cannot become pending"):
            work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "again", NOW))
        stored = work.deliveries.get("d1")
    assert stored is not None
    assert (stored.state, stored.platform_message, stored.settled_at) == (DeliveryState.SENT, "ts-1", NOW)


def test_a_retry_waits_for_its_time(database: Books) -> None:
    """Back to pending with a due time, and the next claim counts."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        later = NOW + timedelta(seconds=30)
        work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "429", NOW, retry_at=later, give_up_at=later))
        assert work.deliveries.claim(NOW, 1) == ()
        (again,) = work.deliveries.claim(later, 1)
    assert (again.attempts, again.give_up_at) == (2, later)


def test_what_hangs_and_what_is_unknown_is_found(database: Books) -> None:
    """A process that died leaves its delivery sending."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        assert work.deliveries.stuck(NOW) == ()
        (stuck,) = work.deliveries.stuck(NOW + timedelta(seconds=1))
        work.deliveries.settle(stuck.id, Settlement(DeliveryState.UNKNOWN, "lost", NOW))
        assert [one.id for one in work.deliveries.unknown(NOW - timedelta(days=1))] == ["d1"]
        assert [one.id for one in work.deliveries.of_engagement("lumina", 5)] == ["d1"]


def test_two_claimers_at_once_never_get_the_same_row(database: Books) -> None:
    """Eight threads, forty deliveries, each taken exactly once."""
    with database.work() as work:
        for number in range(40):
            work.deliveries.add(delivery(number))

    def claim() -> list[str]:
        taken: list[str] = []
        while True:
            with database.work() as work:
                got = [one.id for one in work.deliveries.claim(NOW, 3)]
            if not got:
                return taken
            taken.extend(got)

    with ThreadPoolExecutor(8) as pool:
        taken = [one for part in pool.map(lambda _: claim(), range(8)) for one in part]
    assert sorted(taken) == sorted(f"d{number}" for number in range(40))


def test_a_delivery_of_a_known_id_is_not_added_under_another_key(database: Books) -> None:
    """What is stored stays as it is."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        assert not work.deliveries.add(replace(delivery(2), id="d1"))
        assert work.deliveries.get("d1") == delivery(1)
        assert work.deliveries.by_key(delivery(2).key) is None


def test_the_newest_deliveries_of_an_engagement_come_first(database: Books) -> None:
    """As many as wanted, nobody else's."""
    with database.work() as work:
        for number in (2, 1, 3):
            work.deliveries.add(delivery(number))
        work.deliveries.add(replace(delivery(4), engagement="andes"))
        assert [one.id for one in work.deliveries.of_engagement("lumina", 2)] == ["d3", "d2"]
        assert [one.id for one in work.deliveries.of_engagement("andes", 2)] == ["d4"]


def test_a_skipped_delivery_is_never_sent(database: Books) -> None:
    """With the reason why not."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.settle("d1", Settlement(DeliveryState.SKIPPED, "the room is gone", NOW))
        assert work.deliveries.claim(NOW + timedelta(days=1), 9) == ()
        stored = work.deliveries.get("d1")
        for state in DeliveryState:
            with pytest.raises(ValueError, match=f"cannot become {state}"):
                work.deliveries.settle("d1", Settlement(state, "again", NOW))
    assert stored is not None
    assert (stored.state, stored.reason, stored.attempts) == (DeliveryState.SKIPPED, "the room is gone", 0)


def test_nobody_settles_a_delivery_there_is_not(database: Books) -> None:
    """A wrong id is a mistake of ours."""
    with pytest.raises(ValueError, match="d404"), database.work() as work:
        work.deliveries.settle("d404", Settlement(DeliveryState.SENT, "ok", NOW))


def test_whether_somebody_can_be_reached_is_kept_until_the_next_attempt(database: Books) -> None:
    """Sent again on a person's word, it is open again."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        work.deliveries.settle("d1", Settlement(DeliveryState.FAILED, "gone", NOW, is_unreachable=True))
        failed = work.deliveries.get("d1")
        work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "again", NOW, retry_at=NOW))
        again = work.deliveries.get("d1")
    assert failed is not None
    assert again is not None
    assert (failed.is_unreachable, again.is_unreachable) == (True, False)


def test_an_unknown_delivery_sent_again_is_marked_as_a_repeat(database: Books) -> None:
    """The mark stays until the message is sent, and the platform's id is kept."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        work.deliveries.claim(NOW, 1)
        work.deliveries.settle("d1", Settlement(DeliveryState.UNKNOWN, "lost", NOW))
        work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "again", NOW, is_repeat=True))
        (again,) = work.deliveries.claim(NOW, 1)
        assert (again.is_repeat, again.attempts, again.due_at) == (True, 2, NOW)
        work.deliveries.settle("d1", Settlement(DeliveryState.SENT, "ok", NOW, platform_message="ts-9"))
        stored = work.deliveries.get("d1")
    assert stored is not None
    assert (stored.is_repeat, stored.platform_message) == (True, "ts-9")


def test_unknown_deliveries_are_found_oldest_first_and_not_the_forgotten_ones(database: Books) -> None:
    """By the instant at which they became unknown."""
    with database.work() as work:
        for number in (1, 2, 3):
            work.deliveries.add(delivery(number))
        work.deliveries.claim(NOW, 9)
        for number, hours in ((1, 2), (2, 1), (3, -9)):
            lost = Settlement(DeliveryState.UNKNOWN, "lost", NOW + timedelta(hours=hours))
            work.deliveries.settle(f"d{number}", lost)
        assert [one.id for one in work.deliveries.unknown(NOW)] == ["d2", "d1"]


def _sent(database: Books, one: Delivery, message: str, at: datetime) -> None:
    with database.work() as work:
        assert work.deliveries.add(one)
        work.deliveries.claim(NOW, 10)
        work.deliveries.settle(one.id, Settlement(DeliveryState.SENT, "ok", at, platform_message=message))


def test_a_message_is_where_its_newest_change_left_it(database: Books) -> None:
    """A change may have been posted anew; an answer is a message of its own and moves nothing."""
    first = delivery(1)
    edit = replace(delivery(2), placing=Placing.EDIT, anchor=first.key)
    answer = replace(delivery(3), placing=Placing.REPLY, anchor=first.key)
    with database.view() as work:
        assert work.deliveries.message_of(first.key) == ""
    _sent(database, first, "ts-1", NOW)
    _sent(database, answer, "ts-3", NOW + timedelta(minutes=2))
    with database.view() as work:
        assert work.deliveries.message_of(first.key) == "ts-1"
        assert work.deliveries.get("d3") == replace(
            answer,
            state=DeliveryState.SENT,
            attempts=1,
            platform_message="ts-3",
            reason="ok",
            claimed_at=NOW,
            settled_at=NOW + timedelta(minutes=2),
        )
    _sent(database, edit, "ts-2", NOW + timedelta(minutes=1))
    with database.view() as work:
        assert work.deliveries.message_of(first.key) == "ts-2"


def test_a_message_that_nobody_was_sent_may_still_speak_of_something_newer(database: Books) -> None:
    """Waiting for the morning, yes; once tried, what was said must stay what was said."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        assert work.deliveries.renew("d1", "D-2")
        (claimed,) = work.deliveries.claim(NOW, 1)
        assert claimed.cause == "D-2"
        assert not work.deliveries.renew("d1", "D-3")
        work.deliveries.settle("d1", Settlement(DeliveryState.PENDING, "429", NOW, retry_at=NOW))
        assert not work.deliveries.renew("d1", "D-3")
        assert not work.deliveries.renew("nothing", "D-3")
        found = work.deliveries.get("d1")
    assert found is not None
    assert found.cause == "D-2"


@pytest.mark.parametrize(("hours", "due_in"), [(-1, -1), (0, 0), (1, 0)])
def test_what_speaks_of_something_newer_may_be_brought_forward_and_is_never_put_off(
    database: Books, hours: int, due_in: int
) -> None:
    """A person's act does not wait for the time the machine's change was put off to."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        assert work.deliveries.renew("d1", "D-2", NOW + timedelta(hours=hours))
        found = work.deliveries.get("d1")
    assert found is not None
    assert (found.cause, found.due_at) == ("D-2", NOW + timedelta(hours=due_in))


def test_the_newest_change_of_a_message_is_found_whatever_became_of_it(database: Books) -> None:
    """Answers to it are no changes."""
    first = delivery(1)
    edit = replace(delivery(2), placing=Placing.EDIT, anchor=first.key)
    later = replace(delivery(3), placing=Placing.EDIT, anchor=first.key, due_at=NOW + timedelta(minutes=1))
    answer = replace(delivery(4), placing=Placing.REPLY, anchor=first.key, due_at=NOW + timedelta(hours=1))
    with database.work() as work:
        assert work.deliveries.newest_change(first.key) is None
        for one in (first, later, edit, answer):
            work.deliveries.add(one)
        assert work.deliveries.newest_change(first.key) == later
        assert work.deliveries.newest_change("another") is None


def test_what_failed_lately_is_found_by_its_kind(database: Books) -> None:
    """Oldest first; what was sent, or is of another kind or long ago, is not."""
    with database.work() as work:
        for number in (1, 2, 3, 4):
            kind = CauseKind.DIGEST if number == 3 else CauseKind.INCIDENT
            work.deliveries.add(replace(delivery(number), cause_kind=kind))
        work.deliveries.claim(NOW, 9)
        for number, at in ((2, 1), (1, 2), (3, 2)):
            gone = Settlement(DeliveryState.FAILED, "gone", NOW + timedelta(minutes=at))
            work.deliveries.settle(f"d{number}", gone)
        work.deliveries.settle("d4", Settlement(DeliveryState.SENT, "ok", NOW + timedelta(minutes=3)))

        def failed(minutes: int) -> list[str]:
            found = work.deliveries.failed(CauseKind.INCIDENT, NOW + timedelta(minutes=minutes))
            return [one.id for one in found]

        assert [failed(0), failed(2), failed(3)] == [["d2", "d1"], ["d1"], []]


def test_a_room_that_takes_nothing_any_more_is_found_until_something_is_sent_there(database: Books) -> None:
    """By the first message it refused for good; one that failed for another reason closes nothing."""
    with database.work() as work:
        for number in (1, 2, 3, 4, 5):
            work.deliveries.add(replace(delivery(number), room="other" if number == 4 else "group"))
        work.deliveries.claim(NOW, 9)
        sent = Settlement(DeliveryState.SENT, "ok", NOW)
        gone = Settlement(DeliveryState.FAILED, "93000: gone", NOW, is_unreachable=True)

        def settle(number: int, how: Settlement, minutes: int) -> list[str]:
            work.deliveries.settle(f"d{number}", replace(how, at=NOW + timedelta(minutes=minutes)))
            return [one.id for one in work.deliveries.closed(NOW)]

        assert settle(1, sent, 1) == []
        assert settle(2, gone, 2) == ["d2"]
        assert settle(3, gone, 3) == ["d2"]
        assert settle(4, replace(gone, is_unreachable=False), 4) == ["d2"]
        assert [one.id for one in work.deliveries.closed(NOW + timedelta(minutes=3))] == ["d3"]
        assert settle(5, sent, 5) == []


def test_what_waits_past_its_due_time_is_found_oldest_first(database: Books) -> None:
    """Whoever is being sent or was sent waits no more."""
    with database.work() as work:
        for number, due in ((1, NOW), (2, NOW - timedelta(hours=1)), (3, NOW - timedelta(hours=2)), (4, NOW)):
            work.deliveries.add(delivery(number, due))
        assert [one.id for one in work.deliveries.claim(NOW, 1)] == ["d3"]
        assert [one.id for one in work.deliveries.waiting(NOW)] == ["d2"]
        assert [one.id for one in work.deliveries.waiting(NOW + timedelta(seconds=1))] == ["d2", "d1", "d4"]


def test_a_message_leads_back_to_the_newest_delivery_that_became_it(database: Books) -> None:
    """A card and its changes are one message of a room; ids of messages are unique in their room only."""
    with database.work() as work:
        for number, room, message in ((1, "ops", "ts-1"), (2, "ops", "ts-1"), (3, "seller", "ts-1"), (4, "ops", "")):
            work.deliveries.add(replace(delivery(number), room=room))
            work.deliveries.claim(NOW, 9)
            work.deliveries.settle(f"d{number}", Settlement(DeliveryState.SENT, "ok", NOW, platform_message=message))
    with database.view() as work:
        found = [work.deliveries.of_message("lumina", *place) for place in (("ops", "ts-1"), ("seller", "ts-1"))]
        assert [one.id for one in found if one] == ["d2", "d3"]
        assert work.deliveries.of_message("lumina", "ops", "ts-2") is None
        assert work.deliveries.of_message("lumina", "ops", "") is None
        assert work.deliveries.of_message("andes", "ops", "ts-1") is None


def test_what_failed_is_queued_again_with_what_is_true_now(database: Books) -> None:
    """Once: what is on its way, or arrived, is left alone."""
    with database.work() as work:
        work.deliveries.add(delivery(1))
        assert not work.deliveries.revive("d1", "D-2", NOW)
        work.deliveries.claim(NOW, 1)
        late = Settlement(DeliveryState.PENDING, "429", NOW, retry_at=NOW, give_up_at=NOW + timedelta(minutes=2))
        work.deliveries.settle("d1", late)
        work.deliveries.claim(NOW, 1)
        work.deliveries.settle("d1", Settlement(DeliveryState.FAILED, "429", NOW))
    later = NOW + timedelta(minutes=5)
    with database.work() as work:
        assert work.deliveries.revive("d1", "D-2", later)
        assert not work.deliveries.revive("d1", "D-3", later)
    with database.view() as work:
        again = work.deliveries.get("d1")
        assert again is not None
        assert (again.state, again.cause, again.due_at) == (DeliveryState.PENDING, "D-2", later)
        assert (again.give_up_at, again.attempts) == (None, 2)
