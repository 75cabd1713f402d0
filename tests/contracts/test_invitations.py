"""What the books of invitations and of shared places promise, and that an engagement keeps what it learnt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.samples.engagements import sample_engagements
from kpi.acquaintances import newcomer, with_handle
from kpi.engagements import Audience, Engagement, Platform, Role
from kpi.invitations import (
    KEPT_FOR,
    OPEN_FOR,
    Invitation,
    InvitationState,
    Wish,
    claimed,
    confirmed,
    done,
    expired,
)
from tests.twins.books import Books

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SLACK = Platform.SLACK
WISH = Wish("/kpi 转化率", "C0SELLER01", NOW, "slack/1", values=(("text", "no\nsales"),))


def invitation(name: str = "a1", made_at: datetime = NOW, handle: str = "U0ONE", room: str = "seller") -> Invitation:
    """Return an invitation."""
    return Invitation(name, "lumina", room, SLACK, handle, WISH, made_at, made_at + OPEN_FOR)


def add(database: Books, *invitations: Invitation) -> list[bool]:
    """Store invitations."""
    with database.work() as work:
        return [work.invitations.add(one) for one in invitations]


def test_a_stranger_has_one_invitation_at_a_time_in_a_room(database: Books) -> None:
    """Another room, another person, and what is over do not count."""
    others = (invitation("a3", handle="U0TWO"), invitation("a4", room="other"), invitation("a1", handle="U0THREE"))
    assert add(database, invitation(), invitation("a2"), *others) == [True, False, True, True, False]
    over = expired(invitation(), NOW + OPEN_FOR)
    assert over is not None
    with database.work() as work:
        assert work.invitations.get("a1") == invitation()
        assert work.invitations.get("a9") is None
        assert work.invitations.change(invitation(), over)
        later = invitation("a2", NOW + HOUR)
        assert work.invitations.add(later)
        assert work.invitations.newest("lumina", "seller", SLACK, "U0ONE") == later
        assert work.invitations.newest("andes", "seller", SLACK, "U0ONE") is None


def test_an_invitation_is_changed_over_what_it_was_made_from(database: Books) -> None:
    """Whoever comes second finds that it was changed."""
    add(database, invitation())
    one = claimed(invitation(), NOW + HOUR, person="wei")
    other = claimed(invitation(), NOW + HOUR, name="张三")
    assert one is not None
    assert other is not None
    with database.work() as work:
        assert work.invitations.change(invitation(), one)
        assert not work.invitations.change(invitation(), other)
        assert work.invitations.get("a1") == one


def test_one_of_eight_who_decide_at_once_does(database: Books) -> None:
    """Two account managers, several replicas."""
    said = claimed(invitation(), NOW, name="张三")
    assert said is not None
    add(database, said)

    def confirm(number: int) -> bool:
        after = confirmed(said, f"person {number}", "ana", NOW)
        assert after is not None
        with database.work() as work:
            return work.invitations.change(said, after)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(confirm, range(8))) == 1


def test_invitations_are_found_by_their_state_and_when_their_time_is_over(database: Books) -> None:
    """The oldest first; what is over is remembered for a while."""
    said = claimed(invitation("a2", NOW + HOUR, "U0TWO"), NOW + HOUR, name="张三")
    assert said is not None
    known = confirmed(replace(said, id="a3", handle="U0THREE"), "zhang", "ana", NOW + HOUR)
    assert known is not None
    finished = done(known, "", NOW + HOUR)
    assert finished is not None
    add(database, said, invitation(), known, replace(finished, id="a4"), replace(invitation("a0"), engagement="andes"))
    with database.work() as work:
        assert [one.id for one in work.invitations.in_state(InvitationState.OPEN)] == ["a0", "a1"]
        assert [one.id for one in work.invitations.in_state(InvitationState.OPEN, "lumina")] == ["a1"]
        assert work.invitations.in_state(InvitationState.CLAIMED, "andes") == ()
        assert [one.id for one in work.invitations.due(NOW + OPEN_FOR)] == ["a0", "a1"]
        assert [one.id for one in work.invitations.due(NOW + OPEN_FOR + HOUR)] == ["a0", "a1", "a2", "a3"]
        assert work.invitations.forget(NOW + KEPT_FOR) == 0
        assert work.invitations.forget(NOW + HOUR + KEPT_FOR) == 1
        assert work.invitations.get("a4") is None


def engagement() -> Engagement:
    """Return the sample engagement with its rooms in Slack."""
    lumina = sample_engagements()[0]
    rooms = tuple(replace(one, platform=SLACK, address=f"C0{one.id.upper()}") for one in lumina.rooms)
    return replace(lumina, rooms=rooms)


def held(database: Books) -> tuple[str, ...]:
    """Return the rooms that are held back."""
    with database.view() as work:
        found = work.engagements.get("lumina")
    assert found is not None
    return found.held


def test_a_room_is_held_while_its_place_is_shared(database: Books) -> None:
    """Until somebody confirms it; who joins later has to be confirmed again. Each room for itself."""
    rooms = {one.audience: one for one in engagement().rooms}
    operations, seller = rooms[Audience.OPERATIONS], rooms[Audience.SELLER]
    with database.work() as work:
        work.engagements.save(engagement(), NOW)
        assert not work.shared_places.confirm(SLACK, operations.address, "ana")
        for room in (operations, seller):
            work.shared_places.share(SLACK, room.address, NOW)
        work.shared_places.share(Platform.WECOM, operations.address, NOW)
    assert set(held(database)) == {operations.id, seller.id}
    with database.work() as work:
        assert work.shared_places.confirm(SLACK, seller.address, "ana")
    assert held(database) == (operations.id,)
    with database.work() as work:
        work.engagements.save(engagement(), NOW)
    assert held(database) == (operations.id,), "applying the file again lets nothing out"
    with database.work() as work:
        assert work.shared_places.confirm(SLACK, operations.address, "ana")
        assert not work.shared_places.confirm(SLACK, operations.address, "rita")
    assert held(database) == ()
    with database.work() as work:
        work.shared_places.share(SLACK, operations.address, NOW)
    assert held(database) == (operations.id,)
    with database.work() as work:
        work.shared_places.unshare(SLACK, operations.address)
    assert held(database) == ()


def test_since_when_a_place_is_shared_is_known(database: Books) -> None:
    """Also once it was confirmed, and under its new address; who joined last counts."""
    later = NOW + timedelta(hours=1)
    with database.work() as work:
        assert work.shared_places.shared_since(SLACK, "C0OLD") is None
        work.shared_places.share(SLACK, "C0OLD", NOW)
        assert work.shared_places.confirm(SLACK, "C0OLD", "ana")
        assert work.shared_places.shared_since(SLACK, "C0OLD") == NOW
        work.shared_places.share(SLACK, "C0OLD", later)
        work.shared_places.move(SLACK, "C0OLD", "C0NEW")
    with database.work() as work:
        assert work.shared_places.shared_since(SLACK, "C0OLD") is None
        assert work.shared_places.shared_since(SLACK, "C0NEW") == later
        work.shared_places.unshare(SLACK, "C0NEW")
        assert work.shared_places.shared_since(SLACK, "C0NEW") is None


def test_a_shared_place_is_shared_under_its_new_address(database: Books) -> None:
    """Whether or not the platform told of that one first."""
    operations = next(one for one in engagement().rooms if one.audience is Audience.OPERATIONS)
    with database.work() as work:
        work.engagements.save(engagement(), NOW)
        for old, new in (("C0OLD", operations.address), ("C0NOTHING", "C0OTHER")):
            work.shared_places.move(SLACK, old, new)
        work.shared_places.share(SLACK, "C0OLD", NOW)
        assert work.shared_places.confirm(SLACK, "C0OLD", "ana")
        work.shared_places.share(SLACK, operations.address, NOW)
        work.shared_places.move(SLACK, "C0OLD", operations.address)
        assert not work.shared_places.confirm(SLACK, "C0OLD", "ana")
    assert held(database) == (operations.id,)


def test_what_was_learnt_of_people_is_kept_with_them(database: Books) -> None:
    """A user id beside those of the file, and somebody the file does not name."""
    lumina = engagement()
    wei = next(one for one in lumina.people if one.role is Role.SELLER)
    zhang = newcomer(lumina, lumina.rooms[0], "U0ZHANG", "张三")
    people = tuple(with_handle(one, SLACK, "U0WEI") if one.id == wei.id else one for one in lumina.people)
    with database.work() as work:
        work.engagements.save(replace(lumina, people=(*people, zhang)), NOW)
        found = work.engagements.get("lumina")
    assert found is not None
    assert found.people == (*people, zhang)
