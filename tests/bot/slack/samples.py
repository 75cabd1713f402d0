"""Replies as the use cases make them, in four languages, for every test that needs something to send."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.messengers import Parcel
from handlers.messages import Button, Figure, Reply, Table
from kpi.engagements import Audience, Person, Platform, Role, Room
from kpi.languages import Language
from kpi.pictures import BulletPicture
from kpi.tones import Tone
from tests.twins.console_world import tiny_png
from tests.twins.slack_server import SlackServer

AT = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ANA = Person("ana", "Ana <Souza>", Role.ACCOUNT_MANAGER, Language.PT, SAO_PAULO, ((Platform.SLACK, "U024ANA"),))
LI = Person("li", "李雷", Role.SELLER, Language.ZH, ZoneInfo("Asia/Shanghai"))

VERDICTS = {
    Language.EN: "Lumina Sun 22 Nov: conversion (Mercado Libre) 1.81% worse, GMV R$128.5k ▼ 12.3%",
    Language.ZH: "Lumina 11-22（周日）：转化率（美客多）1.81% 变差，GMV R$12.8万 ▼12.3%",
    Language.PT: "Lumina dom, 22/11: conversão (Mercado Livre) 1,81% pior, GMV R$ 128,5 mil ▼ 12,3%",
    Language.ES: "Lumina dom 22/11: conversión (Mercado Libre) 1,81% peor, GMV R$ 128,5 mil ▼ 12,3%",
}


def figure(number: int = 0, tone: Tone = Tone.BAD) -> Figure:
    """Return one number of an answer."""
    return Figure(
        f"Conversion {number} & Co",
        "1.81%",
        "▼ 0.54 pp",
        "worse",
        tone,
        "target 2.60%",
        "134 ÷ 7,404 · usual 2.17%–2.53%",
    )


def picture(alt_text: str = "Conversion fell for three days") -> BulletPicture:
    """Return what a picture shows; its bytes are made up elsewhere."""
    return BulletPicture("Conversion fell", "", (), alt_text=alt_text)


def digest_reply(language: Language = Language.PT) -> Reply:
    """Return a digest of a bad day."""
    return Reply(
        headline=VERDICTS[language],
        language=language,
        text="Cause: MLB3882114205 left Full & lost its badge <!channel> (71% of the fall).",
        tone=Tone.BAD,
        figures=tuple(figure(number, tone) for number, tone in enumerate(Tone)),
        table=Table(("Store", "Metric"), (("Lumina <BR>", "1.81%"), ("Lumina MX", "")), "By store"),
        picture=picture(),
        notes=("Data: Lumina BR ✓ · Lumina MX ⏳ partial",),
        footer="Data day 22/11 · composed 08:30 São Paulo / 19:30 Beijing · D-20261122-07",
        buttons=(
            Button("All numbers", "/kpi 2026-11-22", is_primary=True),
            Button("Definitions", url="https://vigia.example/definitions"),
        ),
        mention=ANA,
        reference="D-20261122-07",
    )


def good_day_reply(language: Language = Language.ZH) -> Reply:
    """Return a digest of a good day: one line and a picture."""
    return Reply(headline="Lumina 11-22：全部达标，无待办", language=language, tone=Tone.GOOD, picture=picture())


def sorry_reply(language: Language = Language.EN) -> Reply:
    """Return the answer to a mistake."""
    sentence = "Vigia does not know “convrsion”. Did you mean conversion?"
    return Reply(sentence, language, is_private=True, reference="UNKNOWN-ab12cd")


def room(address: str = "C0OPS00001") -> Room:
    """Return an operations room in Slack."""
    return Room(
        "lumina-ops", "lumina", Platform.SLACK, address, Audience.OPERATIONS, Language.PT, SAO_PAULO, time(8, 37)
    )


def parcel(reply: Reply | None = None, picture: bytes | None = None, address: str = "C0OPS00001") -> Parcel:
    """Return a delivery ready to go."""
    return Parcel("delivery-7", room(address), reply or digest_reply(), picture)


def a_file(slack: SlackServer, name: str = "shot.png", content: bytes = b"", **headers: str) -> dict[str, Any]:
    """Return what Slack says of a file that it hands out."""
    slack.private[name] = (content or tiny_png(), headers)
    address = f"{slack.url}/private/{name}"
    return {"id": f"F{name}", "name": name, "size": len(content), "url_private": address, "mimetype": "image/png"}
