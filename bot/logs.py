"""Log lines: structured, for people or machines, without message bodies, tokens or webhook keys."""

from __future__ import annotations

import logging

import structlog

from bot.settings import Settings

QUIET_LOGGERS = (
    "httpx",
    "httpcore",
    "slack_bolt",
    "slack_sdk",
    "wechatpy",
    "apscheduler",
    "uvicorn.access",
    "matplotlib",
)
"""Libraries that print request addresses (a WeCom address is a secret) or whole bodies at INFO."""


def configure_logs(settings: Settings) -> None:
    """Set up structlog and the standard library's loggers once, at the start of a command."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
