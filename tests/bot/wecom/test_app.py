"""The WeCom app against a company on loopback: tokens, refusals, partial failures, and nothing secret in any log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.messengers import AnswerLostError, NotSentError, UnreachableError
from bot.wecom.app import WeComApp
from bot.wecom.app_access import AppAccess
from bot.wecom.app_messenger import markdown
from bot.wecom.tokens import LOOK_AGAIN_AFTER, REFUSED_FOR, Tokens
from kpi.errors import ConfigurationError
from tests.twins.books import MemoryDatabase
from tests.twins.clock import FakeClock
from tests.twins.wecom_app_server import AGENT, CORP, SECRET, AppTrouble, WeComAppServer

HELLO = {"msgtype": "markdown", "markdown": {"content": "你好"}}


@pytest.fixture
def company() -> Iterator[WeComAppServer]:
    """Return a running company with one app."""
    server = WeComAppServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shelf() -> MemoryDatabase:
    """Return where replicas share the token."""
    return MemoryDatabase()


def access(company: WeComAppServer, secret: str = SECRET, agent: int = AGENT) -> AppAccess:
    """Return how to speak as the app."""
    return AppAccess(CORP, agent, SecretStr(secret), company.url)


def an_app(
    company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock, secret: str = SECRET, agent: int = AGENT
) -> WeComApp:
    """Return the app as one replica has it."""
    who = access(company, secret, agent)
    return WeComApp(who, Tokens(who, shelf.work, clock))


@pytest.fixture
def app(company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock) -> Iterator[WeComApp]:
    """Return the app."""
    made = an_app(company, shelf, clock)
    yield made
    made.close()


def test_a_message_is_sent_once_with_the_duplicate_check_on(app: WeComApp, company: WeComAppServer) -> None:
    """Raw UTF-8, one token for any number of messages, and WeCom's id as proof."""
    assert app.send("ana", HELLO)["msgid"] == "m-1"
    app.send("bruno", HELLO)
    assert [one["touser"] for one in company.sent] == ["ana", "bruno"]
    assert company.sent[0]["enable_duplicate_check"] == 1
    assert company.calls == ["gettoken", "message/send", "message/send"]
    assert app.name() == "Vigia"


def test_a_stale_token_is_renewed_once_and_the_message_sent(app: WeComApp, company: WeComAppServer) -> None:
    """It may die long before its time."""
    app.send("ana", HELLO)
    company.revoke()
    app.send("bruno", HELLO)
    assert (company.count("gettoken"), company.count("message/send")) == (2, 3)
    assert len(company.sent) == 2


def test_a_picture_is_uploaded_whole_also_after_a_stale_token(app: WeComApp, company: WeComAppServer) -> None:
    """Bytes, so that a second try sends them again; the library's own way would send an empty file."""
    whole = app.upload(b"x" * 5000)
    company.revoke()
    assert app.upload(b"x" * 5000) == whole
    assert company.count("media/upload") == 3
    app.send("ana", {"msgtype": "image", "image": {"media_id": whole}})
    assert len(company.sent) == 1


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_token_that_is_always_refused_is_renewed_once_and_no_more(
    app: WeComApp, company: WeComAppServer, errcode: int
) -> None:
    """A client that renews without bound gets its address banned."""
    company.always = errcode
    with pytest.raises(NotSentError, match=f"^{errcode}: "):
        app.send("ana", HELLO)
    assert (company.count("gettoken"), company.count("message/send")) == (2, 2)


def test_ten_threads_at_once_fetch_one_token(app: WeComApp, company: WeComAppServer) -> None:
    """Cold, and again when it went stale under all of them."""
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda n: app.send("ana", {**HELLO, "n": n}), range(10)))
        assert company.count("gettoken") == 1
        company.revoke()
        list(threads.map(lambda n: app.send("ana", {**HELLO, "n": n}), range(10, 20)))
    assert company.count("gettoken") == 2
    assert len(company.sent) == 20


def test_a_second_replica_uses_the_first_ones_token(
    app: WeComApp, company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock
) -> None:
    """Also the newer one, when the first has renewed it meanwhile."""
    second = an_app(company, shelf, clock)
    app.send("ana", HELLO)
    second.send("bruno", HELLO)
    assert company.count("gettoken") == 1
    company.revoke()
    app.send("ana", {**HELLO, "n": 2})
    second.send("bruno", {**HELLO, "n": 2})
    assert company.count("gettoken") == 2
    second.close()


def test_while_one_replica_fetches_the_other_waits_for_its_turn(
    app: WeComApp, company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock
) -> None:
    """It does not fetch beside it; when the first one has died, it does."""
    with shelf.work() as work:
        work.tokens.claim(access(company).name, clock(), clock() + timedelta(seconds=30))
    with pytest.raises(NotSentError) as waits:
        app.send("ana", HELLO)
    assert waits.value.retry_after == LOOK_AGAIN_AFTER
    assert company.calls == []
    clock.advance(timedelta(seconds=31))
    app.send("ana", HELLO)
    assert len(company.sent) == 1


def test_a_token_is_renewed_before_it_expires(app: WeComApp, company: WeComAppServer, clock: FakeClock) -> None:
    """Two hours, less a margin for clocks that differ."""
    app.send("ana", HELLO)
    clock.advance(timedelta(minutes=117))
    app.send("bruno", HELLO)
    assert company.count("gettoken") == 1
    clock.advance(timedelta(minutes=2))
    app.send("ana", {**HELLO, "n": 2})
    assert company.count("gettoken") == 2


def test_a_wrong_secret_is_tried_once_an_hour(company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock) -> None:
    """More would ban the machine's address; the reason says what to do and holds no secret."""
    wrong = an_app(company, shelf, clock, secret="another-secret")
    for _ in range(5):
        with pytest.raises(NotSentError, match=r"^40001: WeCom refuses the app's secret") as refused:
            wrong.send("ana", HELLO)
        assert "another-secret" not in str(refused.value)
        assert refused.value.retry_after is None
    assert company.calls == ["gettoken"]
    clock.advance(REFUSED_FOR)
    company.secret = "another-secret"
    wrong.send("ana", HELLO)
    assert len(company.sent) == 1
    wrong.close()


def test_two_apps_of_one_company_keep_tokens_apart_and_sealed(
    app: WeComApp, company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock
) -> None:
    """Whoever reads the database learns no token; whoever changes the secret gets a new one."""
    app.send("ana", HELLO)
    other = an_app(company, shelf, clock, agent=AGENT + 1)
    with pytest.raises(NotSentError, match=r"^301002: "):
        other.send("ana", HELLO)
    assert len(shelf.state.tokens) == 2
    stored = repr(shelf.state.tokens)
    assert "never-to-be-seen" not in stored
    assert SECRET not in stored
    company.secret = "changed"
    changed = an_app(company, shelf, clock, secret="changed")
    changed.send("ana", HELLO)
    assert company.count("gettoken") == 3
    for one in (other, changed):
        one.close()


@pytest.mark.parametrize(("way", "words"), [("people", "does not know this person"), ("unlicensed", "no licence")])
def test_a_message_that_reaches_nobody_has_failed(app: WeComApp, company: WeComAppServer, way: str, words: str) -> None:
    """WeCom says `errcode` 0 for somebody it holds no licence for."""
    getattr(company, way).symmetric_difference_update({"ana"})
    with pytest.raises(UnreachableError, match=words):
        app.send("ana", HELLO)
    assert company.sent == []


@pytest.mark.parametrize("errcode", [40003, 46004, 60111, 82001])
def test_an_unknown_person_is_told_apart(app: WeComApp, company: WeComAppServer, errcode: int) -> None:
    """Their name in a group there reaches nobody either."""
    company.always = errcode
    with pytest.raises(UnreachableError):
        app.send("ana", HELLO)


@pytest.mark.parametrize(
    ("errcode", "seconds"), [(-1, 45), (45009, 60), (45033, 45), (60020, None), (48002, None), (99999, None)]
)
def test_each_refusal_says_whether_and_when_to_try_again(
    app: WeComApp, company: WeComAppServer, errcode: int, seconds: int | None
) -> None:
    """None of these says anything about the person."""
    company.always = errcode
    with pytest.raises(NotSentError, match=f"^{errcode}: ") as refused:
        app.send("ana", HELLO)
    assert not isinstance(refused.value, UnreachableError)
    assert (refused.value.retry_after.total_seconds() if refused.value.retry_after else None) == seconds


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (AppTrouble("message/send", is_dropped=True), AnswerLostError),
        (AppTrouble("message/send", status=502), AnswerLostError),
        (AppTrouble("message/send", is_page=True), AnswerLostError),
        (AppTrouble("message/send", status=404), NotSentError),
        (AppTrouble("gettoken", is_dropped=True), NotSentError),
        (AppTrouble("gettoken", status=502), NotSentError),
        (AppTrouble("gettoken", is_page=True), NotSentError),
        (AppTrouble("gettoken", errcode=-1), NotSentError),
        (AppTrouble("gettoken", errcode=60020), NotSentError),
    ],
)
def test_a_lost_answer_is_lost_only_where_a_message_was_on_its_way(
    app: WeComApp, company: WeComAppServer, trouble: AppTrouble, kind: type[Exception]
) -> None:
    """And the next call finds the way free: nothing is held for an hour."""
    company.troubles.append(trouble)
    with pytest.raises(kind):
        app.send("ana", HELLO)
    app.send("ana", HELLO)
    assert len(company.sent) == 1


def test_a_company_that_cannot_be_reached_has_taken_nothing(app: WeComApp, company: WeComAppServer) -> None:
    """Worth another try."""
    app.send("ana", HELLO)
    company.stop()
    with pytest.raises(NotSentError) as failed:
        app.send("bruno", HELLO)
    assert failed.value.retry_after is not None


def test_a_token_that_does_not_come_is_waited_for_no_longer_than_agreed(
    company: WeComAppServer, shelf: MemoryDatabase, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own request for it has no time-out at all."""
    monkeypatch.setattr("bot.wecom.app.CALL_SECONDS", 0.2)
    who = access(company)
    app = WeComApp(who, Tokens(who, shelf.work, clock))
    company.hold.clear()
    with pytest.raises(NotSentError, match="no token: ReadTimeout"):
        app.send("ana", HELLO)
    company.hold.set()
    app.send("ana", HELLO)
    app.close()


def test_no_log_line_and_no_exception_holds_a_token_or_the_secret(
    app: WeComApp, company: WeComAppServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Even when everything is logged: httpx prints the address of every request."""
    caplog.set_level(logging.DEBUG)
    app.send("ana", HELLO)
    company.troubles.append(AppTrouble("message/send", status=502))
    with pytest.raises(AnswerLostError) as lost:
        app.send("ana", HELLO)
    seen = caplog.text + repr(lost.value) + repr(lost.value.__cause__) + repr(lost.value.__context__)
    assert "message/send" in caplog.text
    assert "never-to-be-seen" not in seen
    assert SECRET not in seen
    assert SECRET not in repr(access(company))


def test_the_limit_of_a_message_is_counted_in_bytes() -> None:
    """2048 go, one more does not: WeCom would cut it without a word."""
    assert markdown("a" * 2048)["markdown"]["content"]
    assert markdown("字" * 682)["markdown"]["content"]
    for long in ("a" * 2049, "字" * 683):
        with pytest.raises(NotSentError, match="2049 bytes are more than WeCom's 2048"):
            markdown(long)


def test_half_an_app_is_refused() -> None:
    """Before anything is sent."""
    for corp, agent, secret in (("", AGENT, SECRET), (CORP, 0, SECRET), (CORP, AGENT, " ")):
        with pytest.raises(ConfigurationError, match="needs all of"):
            AppAccess(corp, agent, SecretStr(secret), "https://wecom.invalid")


def test_a_base_address_that_is_none_is_said_so(shelf: MemoryDatabase, clock: FakeClock) -> None:
    """Not a traceback."""
    who = AppAccess(CORP, AGENT, SecretStr(SECRET), "nonsense")
    app = WeComApp(who, Tokens(who, shelf.work, clock))
    with pytest.raises(NotSentError, match="no token: UnsupportedProtocol"):
        app.send("ana", HELLO)
    app.close()
