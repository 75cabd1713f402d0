"""Who is called for an engagement, and in whose hours its promises are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from bot.samples.engagements import sample_engagements
from kpi.absences import Absence
from kpi.engagements import Engagement, Person, Role
from kpi.incidents.escalation_policies import Contact, Cover, Rank, contact_of, policy_of
from kpi.languages import Language
from kpi.promises import IncidentRules
from kpi.working_hours import WorkingHours, usual_hours
from tests.kpi.incident_samples import BEIJING, IN_CHINA, SAO_PAULO, a_policy

EARLY = WorkingHours(SAO_PAULO, time(7), time(15))


def person(name: str, role: Role, hours: WorkingHours | None = None, backup: str = "") -> Person:
    """Return somebody in São Paulo."""
    return Person(name, name, role, Language.PT, SAO_PAULO, (), hours, backup)


def engagement(*people: Person) -> Engagement:
    """Return the sample engagement with other people."""
    return replace(sample_engagements()[0], people=people)


def ranks(*people: Person) -> list[tuple[Rank, list[str]]]:
    """Return who is on which level."""
    policy = policy_of(engagement(*people), None)
    return [(level.rank, [contact.person for contact in level.contacts]) for level in policy.levels]


ANA = person("ana", Role.ACCOUNT_MANAGER, EARLY, "bruno")
BRUNO = person("bruno", Role.OPERATIONS)
CARLA = person("carla", Role.TEAM_LEAD)
DAVI = person("davi", Role.DIRECTOR)
EVA = person("eva", Role.ACCOUNT_MANAGER)


def test_the_line_goes_from_the_account_manager_to_the_director() -> None:
    """In this order, whatever the order of the file; sellers and admins are never called."""
    people = (DAVI, CARLA, person("li", Role.SELLER), ANA, BRUNO, person("root", Role.ADMIN))
    assert ranks(*people) == [
        (Rank.ACCOUNT_MANAGER, ["ana"]),
        (Rank.BACKUP, ["bruno"]),
        (Rank.TEAM_LEAD, ["carla"]),
        (Rank.DIRECTOR, ["davi"]),
    ]


def test_without_a_named_backup_the_other_account_managers_are() -> None:
    """A level nobody is on does not exist."""
    assert ranks(replace(ANA, backup=""), EVA) == [(Rank.ACCOUNT_MANAGER, ["ana"]), (Rank.BACKUP, ["eva"])]
    assert ranks(DAVI) == [(Rank.DIRECTOR, ["davi"])]
    assert ranks() == []


def test_nobody_is_called_twice_in_a_row() -> None:
    """A team lead who is the backup is called as the backup."""
    assert ranks(replace(ANA, backup="carla"), CARLA) == [(Rank.ACCOUNT_MANAGER, ["ana"]), (Rank.BACKUP, ["carla"])]
    assert ranks(replace(ANA, backup="ana")) == [(Rank.ACCOUNT_MANAGER, ["ana"])]


def test_promises_are_counted_in_the_hours_of_who_answers_first() -> None:
    """Unless others were agreed; without anybody, in the store's."""
    both = engagement(ANA, CARLA)
    assert policy_of(both, None).hours == EARLY
    agreed = replace(both, incident_rules=IncidentRules(hours=IN_CHINA))
    assert policy_of(agreed, None).hours == IN_CHINA
    store = both.stores[0]
    assert policy_of(engagement(), store).hours == usual_hours(store.zone)
    assert policy_of(engagement(), None).hours == usual_hours(store.zone)


def test_everybody_has_hours() -> None:
    """Where none are agreed, the usual ones of their zone."""
    assert BRUNO.working_hours == usual_hours(SAO_PAULO)
    assert replace(BRUNO, zone=BEIJING).working_hours == IN_CHINA
    policy = a_policy()
    assert policy.hours_of("ana") == policy.levels[0].contacts[0].hours
    assert policy.hours_of("zoe") == policy.hours


def test_an_heir_takes_the_place_of_who_left() -> None:
    """And is not on one level twice."""
    moved = a_policy().handed_over("ana", Contact("eva", IN_CHINA))
    assert [level.contacts for level in moved.levels[:2]] == [
        (Contact("eva", IN_CHINA),),
        a_policy().levels[1].contacts,
    ]
    two = replace(a_policy().levels[0], contacts=(Contact("ana", EARLY), Contact("eva", EARLY)))
    merged = replace(a_policy(), levels=(two,)).handed_over("ana", Contact("eva", IN_CHINA))
    assert [contact.person for contact in merged.levels[0].contacts] == ["eva"]


WEEK = Absence(date(2026, 11, 23), date(2026, 11, 27))
FIRST_DAY = datetime.fromisoformat("2026-11-23T00:00-03:00")
DAY_AFTER = datetime.fromisoformat("2026-11-28T00:00-03:00")
WEDNESDAY = datetime.fromisoformat("2026-11-25T10:00-03:00")


def test_an_absence_is_known_to_what_opens_while_or_before_it_lasts() -> None:
    """Whole days on their own clock; the backup is called instead."""
    away = contact_of(engagement(replace(ANA, away=(WEEK,)), BRUNO), replace(ANA, away=(WEEK,)))
    assert away.away == (Cover(FIRST_DAY, DAY_AFTER, "bruno", BRUNO.working_hours),)
    assert away.reached_at(WEDNESDAY) == Contact("bruno", BRUNO.working_hours)
    assert away.reached_at(FIRST_DAY).person == "bruno"
    assert away.reached_at(DAY_AFTER).person == "ana"
    assert not away.is_at_work(WEDNESDAY)


def test_what_was_said_counts_before_what_was_agreed() -> None:
    """A handover until a day names somebody else than the backup."""
    people = (replace(ANA, away=(WEEK,)), BRUNO, CARLA)
    told = replace(engagement(*people), absences=(("ana", replace(WEEK, stand_in="carla")),))
    assert contact_of(told, people[0]).reached_at(WEDNESDAY).person == "carla"


def test_nobody_stands_in_who_is_away_themselves_or_unknown() -> None:
    """Then it is nobody, and the next level is called."""
    ana = replace(ANA, away=(WEEK,))
    for people in ((ana, replace(BRUNO, away=(WEEK,))), (ana,), (replace(ana, backup=""), BRUNO)):
        contact = contact_of(engagement(*people), people[0])
        assert contact.away == (Cover(FIRST_DAY, DAY_AFTER),)
        assert contact.reached_at(WEDNESDAY) is contact


def test_who_is_away_is_next_at_work_when_they_or_their_stand_in_are() -> None:
    """Not in the hours they would have worked."""
    alone = Contact("ana", EARLY, (Cover(FIRST_DAY, DAY_AFTER),))
    back = datetime.fromisoformat("2026-11-30T07:00-03:00")
    assert alone.next_at_work(WEDNESDAY) == back
    sunday = datetime.fromisoformat("2026-11-22T10:00-03:00")
    assert alone.next_at_work(sunday) == back
    covered = replace(alone, away=(Cover(FIRST_DAY, DAY_AFTER, "bruno", BRUNO.working_hours),))
    assert covered.next_at_work(sunday) == datetime.fromisoformat("2026-11-23T09:00-03:00")
    assert covered.next_at_work(WEDNESDAY) == WEDNESDAY


def test_an_heir_also_stands_in_for_whom_the_leaver_stood_in() -> None:
    """Nobody for themselves."""
    covered = Contact("ana", EARLY, (Cover(FIRST_DAY, DAY_AFTER, "bruno", IN_CHINA),))
    assert covered.handed_over("bruno", Contact("eva", EARLY)).reached_at(WEDNESDAY) == Contact("eva", EARLY)
    assert covered.handed_over("bruno", Contact("ana", EARLY)).reached_at(WEDNESDAY).person == "ana"
    assert covered.handed_over("carla", Contact("eva", EARLY)) == covered


def test_the_hours_of_a_stand_in_are_their_own() -> None:
    """What they take goes stale in their working time."""
    covered = Contact("ana", EARLY, (Cover(FIRST_DAY, DAY_AFTER, "fay", IN_CHINA),))
    level = replace(a_policy().levels[0], contacts=(covered, Contact("fay", EARLY)))
    policy = replace(a_policy(), levels=(level,))
    assert [one.person for one in level.reached_at(WEDNESDAY)] == ["fay"]
    assert replace(policy, levels=(replace(level, contacts=(covered,)),)).hours_of("fay") == IN_CHINA


def test_whoever_may_take_it_has_their_own_hours() -> None:
    """Also who is on no level; a seller takes nothing."""
    fang, li = replace(person("fang", Role.OPERATIONS), zone=BEIJING), person("li", Role.SELLER)
    policy = policy_of(engagement(ANA, BRUNO, fang, li), None)
    assert [one.person for one in policy.others] == ["fang"]
    assert policy.hours_of("fang") == IN_CHINA
    assert policy.hours_of("li") == policy.hours
    assert policy.knowing(Contact("fang", EARLY)) == policy
    assert policy.knowing(Contact("gao", IN_CHINA)).hours_of("gao") == IN_CHINA
