"""Settings come from the environment; placeholders never pass for secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.scratch import scratch_settings
from bot.settings import PLACEHOLDERS, Settings


def settings(**values: object) -> Settings:
    """Return settings without any .env file."""
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_the_defaults_need_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite, loopback, no platform."""
    chosen = settings()
    assert chosen.database_url.startswith("sqlite")
    assert chosen.host == "127.0.0.1"
    assert chosen.slack_bot_token is None


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """VIGIA_ names each setting; lists and tables are JSON."""
    monkeypatch.setenv("VIGIA_PORT", "9000")
    monkeypatch.setenv("VIGIA_WECOM_WEBHOOK_KEYS", '{"lumina-group": "0a1b2c"}')
    chosen = settings()
    assert chosen.port == 9000
    assert chosen.wecom_webhook_keys["lumina-group"].get_secret_value() == "0a1b2c"


def test_an_empty_value_keeps_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copied .env.example changes nothing."""
    monkeypatch.setenv("VIGIA_SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("VIGIA_PORT", "")
    assert settings().slack_bot_token is None
    assert settings().port == 8321


@pytest.mark.parametrize("word", PLACEHOLDERS)
def test_a_placeholder_is_refused(word: str) -> None:
    """Whatever a page suggests to replace is not a secret."""
    with pytest.raises(ValidationError, match="placeholder"):
        settings(slack_bot_token=f"xoxb-{word}-1")
    with pytest.raises(ValidationError, match="placeholder"):
        settings(wecom_webhook_keys={"group": f"{word}key"})


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_port_past_its_range_is_refused(port: int) -> None:
    """Ports end at 65,535."""
    with pytest.raises(ValidationError):
        settings(port=port)
    assert settings(port=65_535).port == 65_535


def test_secrets_do_not_show_in_a_printout() -> None:
    """Neither tokens nor webhook keys."""
    chosen = settings(
        slack_bot_token="tok-secret-1",
        wecom_webhook_keys={"g": "key-secret-2"},
        slack_client_secret="app-secret-3",
        slack_token_secrets=["seal-secret-4"],
    )
    assert "secret-1" not in repr(chosen)
    assert "secret-2" not in repr(chosen)
    assert "secret-3" not in repr(chosen)
    assert "secret-4" not in repr(chosen)


def test_the_heartbeat_is_a_web_address_and_a_secret() -> None:
    """Whoever knows it can keep the alarm silent: it is never shown."""
    chosen = settings(heartbeat_url="https://hc.invalid/0a1b2c3d")
    assert "0a1b2c3d" not in repr(chosen)
    assert settings(heartbeat_url=" ").heartbeat_url is None
    for wrong in ("hc.invalid/0a1b2c3d", "ftp://hc.invalid/x", "https://example.com/your-check"):
        with pytest.raises(ValidationError):
            settings(heartbeat_url=wrong)


@pytest.mark.parametrize(("seconds", "is_taken"), [(120, True), (121, False)])
def test_sweeps_are_never_so_rare_that_the_audit_misses_them(seconds: int, is_taken: bool) -> None:
    """It misses digests after ten minutes and calls after five."""
    if is_taken:
        assert settings(sweep_seconds=seconds).sweep_seconds == seconds
    else:
        with pytest.raises(ValidationError):
            settings(sweep_seconds=seconds)


def test_a_bot_for_looking_only_gives_no_sign_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo beside the real bot would keep its alarm silent."""
    monkeypatch.setenv("VIGIA_HEARTBEAT_URL", "https://hc.invalid/0a1b2c3d")
    assert settings().heartbeat_url is not None
    assert scratch_settings(tmp_path / "demo.sqlite", 8321).heartbeat_url is None
