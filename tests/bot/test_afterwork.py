"""Work behind an acknowledgement: nobody waits for it, and nothing of it fails in silence."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.afterwork import AfterWork


async def test_what_fails_behind_an_acknowledgement_is_one_log_line() -> None:
    """Its person has gone; whoever reads the log has not. What runs beside it goes on."""
    work, done = AfterWork(), []

    async def fails() -> None:
        raise RuntimeError("nobody caught this")

    async def goes_on() -> None:
        done.append("the other one")

    with capture_logs() as lines:
        work.start(fails())
        work.start(goes_on())
        await work.finish()
    assert done == ["the other one"]
    assert [line["event"] for line in lines] == ["work_after_acknowledgement_failed"]
