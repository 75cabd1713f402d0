"""A small world for the console: two engagements, their rooms and people, an intake that answers a few questions."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from bot.console.board import Board
from bot.console.console import Console, Doors
from bot.console.forms import FormDoors
from bot.console.messenger import ConsoleMessenger
from bot.messengers import Parcel
from handlers.messages import Arrival, Attachment, Button, Field, FieldKind, Figure, Form, Reply, ShownFile, Table
from kpi.documents import Drawing
from kpi.engagements import Audience, Engagement, Person, Platform, Role, Room, Seller, Store
from kpi.errors import QuestionError
from kpi.incidents.evidence_files import EvidenceFile
from kpi.incidents.incident import Visibility
from kpi.languages import Language
from kpi.markets import Market, Marketplace, StoreKind
from kpi.pictures import Label, Picture, Trend, TrendPicture
from kpi.tones import Tone
from tests.twins.clock import FakeClock

BEIJING, SAO_PAULO = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Sao_Paulo")

HOSTILE_NAME = "<img src=x onerror=\"document.title='broken'\">&amp;<script>alert(1)</script> `<b>x</b>"
"""What a seller might call a store; it must appear letter by letter."""


def person(person_id: str, name: str, role: Role, language: Language, zone: ZoneInfo) -> Person:
    """Return somebody who can be chosen to speak on the console."""
    return Person(person_id, name, role, language, zone, ((Platform.CONSOLE, person_id),))


def engagement(engagement_id: str, name: str, seller: str) -> Engagement:
    """Return an engagement with a Chinese seller room and a Portuguese operations room."""
    rooms = (
        Room(
            f"{engagement_id}-seller",
            engagement_id,
            Platform.CONSOLE,
            f"{engagement_id}-seller",
            Audience.SELLER,
            Language.ZH,
            BEIJING,
            time(11, 37),
        ),
        Room(
            f"{engagement_id}-ops",
            engagement_id,
            Platform.CONSOLE,
            f"{engagement_id}-ops",
            Audience.OPERATIONS,
            Language.PT,
            SAO_PAULO,
            time(8, 37),
        ),
        Room(
            f"{engagement_id}-slack", engagement_id, Platform.SLACK, "C01", Audience.OPERATIONS, Language.PT, SAO_PAULO
        ),
    )
    people = (
        person("chen", "陈薇", Role.SELLER, Language.ZH, BEIJING),
        person("ana", "Ana Souza", Role.ACCOUNT_MANAGER, Language.PT, SAO_PAULO),
        person("bruno", "Bruno Lima", Role.OPERATIONS, Language.PT, SAO_PAULO),
        Person("mute", "No Handle", Role.OPERATIONS, Language.PT, SAO_PAULO),
    )
    stores = tuple(
        Store(
            f"{engagement_id}-{market.lower()}",
            f"{seller} {market}",
            Marketplace.MERCADO_LIBRE,
            market,
            StoreKind.CROSS_BORDER,
            currency,
            zone,
        )
        for market, currency, zone in (
            (Market.BR, "BRL", SAO_PAULO),
            (Market.MX, "MXN", ZoneInfo("America/Mexico_City")),
            (Market.CL, "CLP", ZoneInfo("America/Santiago")),
        )
    )
    return Engagement(engagement_id, name, Seller(seller.lower(), seller), stores, people, rooms)


def a_picture(said: str) -> Picture:
    """Return a picture's description; `tiny_png` draws it."""
    trend = Trend((1.0, 2.0), (None, None), (Label(0, "11-21"),), (Label(1.0, "1%"),))
    return TrendPicture(title=said, subtitle="", tone=Tone.WATCH, trend=trend, alt_text=said)


def tiny_png(width: int = 4, height: int = 3) -> bytes:
    """Return a real, plain PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x00\x72\xb2" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class World:
    """The console with everything around it made up; what the doors were asked is kept."""

    def __init__(self, board: Board | None = None, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.engagements: Sequence[Engagement] = (
            engagement("lumina", "Lumina × Vigia", "Lumina"),
            engagement("nova", "Nova × Vigia", "Nova"),
        )
        self.board = board or Board()
        self.messenger = ConsoleMessenger(self.board, self.clock)
        self.arrivals: list[Arrival] = []
        self.drawn: list[Drawing] = []
        self.hold: asyncio.Event | None = None
        self.arrived: asyncio.Queue[Arrival] = asyncio.Queue()
        self.record: tuple[str, ...] = ()
        self.files: dict[tuple[str, str], tuple[EvidenceFile, bytes]] = {}
        self.forms = FormDoors(self.opened, self.checked, self.file)
        doors = Doors(self.list_engagements, self.intake, self.draw, self.send_digest_now, self.records, self.forms)
        self.console = Console(self.board, doors, self.clock)

    def room(self, address: str) -> Room:
        """Return a room of the world."""
        return next(room for one in self.engagements for room in one.rooms if room.address == address)

    async def list_engagements(self) -> Sequence[Engagement]:
        """Stand in for the engagement book."""
        return self.engagements

    async def draw(self, picture: Drawing) -> bytes:
        """Stand in for the drawing pool."""
        self.drawn.append(picture)
        await asyncio.sleep(0)
        return tiny_png()

    async def intake(self, arrival: Arrival) -> Reply | None:
        """Answer `/kpi…`, stay silent to small talk, fail at "/fail"."""
        self.arrivals.append(arrival)
        self.arrived.put_nowait(arrival)
        if self.hold is not None:
            await self.hold.wait()
        if arrival.text == "/fail":
            raise RuntimeError("the database is gone")
        if arrival.text == "/mistake":
            raise QuestionError("The word “%(word)s” is not known.", word="x")
        if not arrival.text.startswith(("/kpi", "/form")):
            return None
        language = self.room(arrival.address).language
        if arrival.files:
            return Reply("Kept.", language, files=tuple(self.keep(arrival, one) for one in arrival.files))
        if arrival.values:
            return Reply("Reported.", language, attach_command="/form")
        if "hostile" in arrival.text:
            return hostile_reply(language)
        return board_reply(language, arrival.text)

    async def opened(self, arrival: Arrival) -> Form | Reply | None:
        """Open a form at "/form", refuse one at "/closed"."""
        if arrival.text == "/closed":
            return Reply("It is over.", self.room(arrival.address).language)
        return a_form() if arrival.text == "/form" else None

    async def checked(self, arrival: Arrival) -> Form | Reply | None:
        """Find fault with a form whose text is empty."""
        if arrival.text == "/closed":
            return Reply("It is over.", self.room(arrival.address).language)
        return None if arrival.values["text"] else a_form("Something has to stand here.")

    def keep(self, arrival: Arrival, file: Attachment) -> ShownFile:
        """Keep a file for the room it came from."""
        shown = ShownFile(f"id-of-{file.name}", file.name)
        size, by = len(file.content), arrival.handle
        kept = EvidenceFile(shown.id, "lumina-1001", file.name, file.kind, size, "", Visibility.SELLER, by, arrival.at)
        self.files[arrival.address, shown.id] = (kept, file.content)
        return shown

    async def file(self, address: str, file_id: str) -> tuple[EvidenceFile, bytes] | None:
        """Stand in for the book of files."""
        return self.files.get((address, file_id))

    async def records(self, engagement: Engagement) -> Mapping[str, Sequence[str]]:
        """Return the same record for every room."""
        return {room.id: self.record for room in engagement.rooms}

    async def send_digest_now(self, engagement_id: str) -> str:
        """Post one digest to each console room, as the outbox would."""
        chosen = next(one for one in self.engagements if one.id == engagement_id)
        for room in chosen.rooms:
            if room.platform is Platform.CONSOLE:
                parcel = Parcel(
                    f"digest/{engagement_id}/{room.id}", room, board_reply(room.language, "digest"), tiny_png()
                )
                await self.messenger.post(parcel)
        return f"Digest sent to {chosen.name}."


def a_form(fault: str = "") -> Form:
    """Return a form with a field of each kind."""
    return Form(
        title="Report a problem",
        command="/form",
        submit_label="Report",
        fields=(
            Field("text", "What do you see?", FieldKind.TEXT, is_required=True, fault=fault),
            Field("store", "Store", FieldKind.CHOICE, "mx", options=(("br", "Lumina BR"), ("mx", "Lumina MX"))),
            Field("evidence", "Order or link", hint=HOSTILE_NAME),
            Field("files", "Screenshots", FieldKind.FILES),
        ),
        language=Language.EN,
        twin="/form …",
    )


def board_reply(language: Language, asked: str) -> Reply:
    """Return an answer with every part a reply can have."""
    return Reply(
        headline=f"Lumina: {asked}",
        language=language,
        text="MLB3882114205 left Full on 20/11 (71%).",
        tone=Tone.WATCH,
        figures=(
            Figure("GMV", "R$ 128,5 mil", "▼ 12,3%", "", Tone.NEUTRAL, "88%"),
            Figure("转化率（美客多）", "1.81%", "▼0.54个百分点", "变差", Tone.WATCH, "2.60%", "134 / 7,404"),
        ),
        table=Table(("Store", "GMV"), (("Lumina BR", "R$ 88,1 mil"), ("Lumina MX", "MX$ 40,2 mil")), "By store"),
        picture=a_picture(f"The chart of {asked}"),
        notes=("Amazon until 21:40",),
        footer="Day 22/11 · D-20261122-07",
        buttons=(Button("Targets", "/kpi targets", is_primary=True), Button("Definitions", url="https://example.com/")),
    )


def hostile_reply(language: Language) -> Reply:
    """Return a reply whose every text tries to be markup."""
    return Reply(
        headline=HOSTILE_NAME,
        language=language,
        text=HOSTILE_NAME,
        figures=(Figure(HOSTILE_NAME, HOSTILE_NAME, HOSTILE_NAME, HOSTILE_NAME, Tone.BAD, HOSTILE_NAME, HOSTILE_NAME),),
        table=Table((HOSTILE_NAME,), ((HOSTILE_NAME,),), HOSTILE_NAME),
        notes=(HOSTILE_NAME,),
        footer=HOSTILE_NAME,
        buttons=(
            Button(HOSTILE_NAME, HOSTILE_NAME),
            Button("run", url="javascript:document.title='broken'"),
        ),
        reference=HOSTILE_NAME,
    )
