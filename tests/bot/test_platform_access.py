"""Which chat platforms an installation uses, and that it loads no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.platform_access import uses_slack, uses_wecom
from bot.settings import Settings
from bot.wiring import assemble
from kpi.errors import ConfigurationError
from storage.database import Database
from tests.habits.sources import ROOT

KEY = "jWmYm7qr5nMoAUwZRjGtBx" + "m" * 21
SLACK = {"slack_bot_token": "xoxb-" + "a1" * 10, "slack_signing_secret": "b2" * 16}
WEBHOOK = {"wecom_webhook_keys": '{"lumina": "693a91f6-7a00-4b9c-97a4-05d5ba1e2f90"}'}
LOADED = """
import sys
from bot.settings import Settings
from bot.web import create_web
from bot.wiring import assemble
from storage.database import Database

create_web(assemble(Settings(), Database("sqlite://")))
print(*sorted({"slack_bolt", "slack_sdk", "aiohttp", "slackblocks", "wechatpy", "requests"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("settings", "libraries"),
    [
        ({"console": "true"}, ""),
        (SLACK, "aiohttp slack_bolt slack_sdk slackblocks"),
        (WEBHOOK, "requests wechatpy"),
    ],
    ids=["console", "Slack", "WeCom"],
)
def test_a_bot_loads_the_libraries_of_the_platforms_it_serves_alone(
    tmp_path: Path, settings: dict[str, str], libraries: str
) -> None:
    """They are a third of a start and of its memory."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("VIGIA_")}
    environment = inherited | {f"VIGIA_{name.upper()}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == libraries


def settings_of(**given: Any) -> Settings:
    """Return settings that no file and no environment adds to."""
    return Settings(_env_file=None, **given)


def test_nothing_set_is_no_platform() -> None:
    """A console alone."""
    settings = settings_of(console=True)
    assert not uses_slack(settings)
    assert not uses_wecom(settings)


@pytest.mark.parametrize(
    "half",
    [
        {"wecom_corp_id": "ww0madeup0corp"},
        {"wecom_callback_token": "QDG6eK"},
        {"wecom_callback_key": KEY},
        {"wecom_robot_token": "QDG6eK"},
        {"wecom_robot_key": KEY},
        {"slack_client_id": "1.2"},
    ],
)
def test_half_a_set_is_refused_and_not_passed_over(half: dict[str, str]) -> None:
    """Whoever forgot the other half waits for answers that never come."""
    database = Database("sqlite://")
    with pytest.raises(ConfigurationError):
        assemble(settings_of(console=True, **half), database)
    database.close()


def test_webhooks_alone_are_wecom() -> None:
    """A group may be written to without app and robot."""
    assert uses_wecom(settings_of(wecom_webhook_keys={"lumina": "693a91f6-7a00-4b9c-97a4-05d5ba1e2f90"}))
