"""An engagement file says everything, or all its mistakes at once, each with its line."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from bot.engagement_files.lines import map_lines
from bot.engagement_files.reading import LARGEST_FILE, EngagementFileError, read_engagement_file
from kpi.days import Period
from kpi.engagements import Platform, Role
from kpi.errors import ConfigurationError
from kpi.languages import Language
from kpi.markets import StoreKind
from kpi.metrics.metric import Direction

GOOD = """\
[engagement]
id = "lumina"
name = "Lumina"
seller = { id = "lumina", name = "深圳流明照明" }
shown_currencies = ["CNY", "USD"]

[[stores]]
id = "lumina-ml-br"
name = "Lumina ML"
marketplace = "mercadolibre"
market = "BR"

[[stores]]
id = "lumina-tijuana"
name = "Tijuana"
marketplace = "amazon"
market = "MX"
kind = "cross_border"
currency = "USD"
zone = "America/Tijuana"

[[people]]
id = "ana"
name = "Ana"
role = "account_manager"
language = "pt-BR"
wecom = "Ana.Souza"

[[rooms]]
id = "ops"
platform = "slack"
address = "C024OPS"
audience = "operations"
language = "pt"
zone = "America/Sao_Paulo"
digest_at = "08:30"

[[targets]]
metric = "gmv"
stores = ["lumina-ml-br"]
month = "2026-11"
at_least = 3200000
currency = "BRL"
owner = "ana"

[[rates]]
date = 2026-11-20
base = "BRL"
quote = "CNY"
rate = "1.3310"
source = "PBOC"
"""


def written(folder: Path, text: str) -> Path:
    """Write an engagement file."""
    path = folder / "engagement.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[tuple[int, str]]:
    """Return the mistakes found in a text."""
    with pytest.raises(EngagementFileError) as caught:
        read_engagement_file(written(folder, text))
    return [(mistake.line, mistake.text) for mistake in caught.value.mistakes]


def test_a_good_file_says_everything(tmp_path: Path) -> None:
    """Stores take currency and zone from their market unless the file says otherwise."""
    agreement = read_engagement_file(written(tmp_path, GOOD))
    first, second = agreement.engagement.stores
    assert (first.currency, first.zone.key, first.kind) == ("BRL", "America/Sao_Paulo", StoreKind.LOCAL)
    assert (second.currency, second.zone.key, second.kind) == ("USD", "America/Tijuana", StoreKind.CROSS_BORDER)
    person = agreement.engagement.people[0]
    assert (person.role, person.language) == (Role.ACCOUNT_MANAGER, Language.PT)
    assert person.handle_on(Platform.WECOM) == "ana.souza"
    assert agreement.engagement.rooms[0].digest_at == time(8, 30)
    target = agreement.targets[0]
    assert target.period == Period(date(2026, 11, 1), date(2026, 11, 30))
    assert (target.value, target.direction, target.currency) == (Decimal(3200000), Direction.UP, "BRL")
    assert agreement.rates[0].rate == Decimal("1.3310")


def test_all_mistakes_are_listed_at_once_with_their_lines(tmp_path: Path) -> None:
    """A wrong market, a misspelt key and a missing name come together."""
    text = GOOD.replace('market = "BR"', 'market = "XX"').replace('digest_at = "08:30"', 'digest_it = "08:30"')
    text = text.replace('name = "Tijuana"\n', "")
    found = mistakes(tmp_path, text)
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert (11, "stores.market: Input should be 'BR', 'MX', 'AR', 'CL' or 'CO'") in found
    assert any(line == 13 and text.startswith("stores.name: is missing") for line, text in found)
    assert any(text == "rooms.digest_it: unknown key (misspelt?)" for _, text in found)


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ('metric = "gmv"', 'metric = "happiness"', 37, "no metric of the catalogue"),
        ("at_least = 3200000\n", "", 37, "exactly one of at_least and at_most"),
        ('month = "2026-11"\n', "", 37, "either month"),
        ('currency = "BRL"\nowner', "owner", 37, "needs its currency"),
        ('stores = ["lumina-ml-br"]', 'stores = ["other"]', 39, "no store is called “other”"),
        ('owner = "ana"', 'owner = "bob"', 43, "nobody is called “bob”"),
        ('zone = "America/Tijuana"', 'zone = "Mars/Base"', 20, "is not a time zone"),
        ('language = "pt-BR"', 'language = "klingon"', 26, "is not a language"),
        ('id = "lumina-tijuana"', 'id = "lumina-ml-br"', 14, "is used twice"),
        ('rate = "1.3310"', 'rate = "-1"', 49, "greater than 0"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(tmp_path: Path, old: str, new: str, line: int, sentence: str) -> None:
    """Each kind of mistake is one sentence at the right place."""
    assert old in GOOD
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert any(sentence in text and abs(at - line) <= 1 for at, text in found), found


def test_one_place_cannot_be_bound_twice(tmp_path: Path) -> None:
    """Two rooms with one address would answer each other's questions."""
    room = GOOD[GOOD.index("[[rooms]]") : GOOD.index("[[targets]]")]
    found = mistakes(tmp_path, GOOD + "\n" + room.replace('id = "ops"', 'id = "ops2"'))
    assert len([text for _, text in found if "“C024OPS” is used twice" in text]) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[engagement", "not valid TOML"),
        (b"\xff\xfe[", "not UTF-8"),
        (b"x" * (LARGEST_FILE + 1), "larger than"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    """Broken syntax, another encoding and a wrong file are told apart."""
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=sentence):
        read_engagement_file(path)


def test_a_missing_file_gets_one_sentence(tmp_path: Path) -> None:
    """The name and the reason."""
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml cannot be opened"):
        read_engagement_file(tmp_path / "nowhere.toml")


def test_lines_are_counted_per_section_and_index() -> None:
    """The second table of a kind has its own lines."""
    lines = map_lines("[a]\nx = 1\n\n[[b]]\ny = 1\n[[b]]\ny = 2\n")
    assert lines.line_of("b", 1, "y") == 7
    assert lines.line_of("b", 1, "missing") == 6
    assert lines.line_of("nothing") == 1


def test_the_example_in_the_docs_is_a_good_file(tmp_path: Path) -> None:
    """What docs/configuration.md shows can be applied as it stands."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    text = page.split("```toml\n", 1)[1].split("```", 1)[0]
    agreement = read_engagement_file(written(tmp_path, text))
    assert agreement.engagement.id == "lumina"
    assert len(agreement.targets) == 1


WECOM_ROOM = """
[[rooms]]
id = "group"
platform = "wecom"
address = "lumina-group"
robot = "wrkSFfCgAA"
audience = "seller"
language = "zh"
zone = "Asia/Shanghai"
"""


def test_a_wecom_group_is_written_to_by_its_webhook_and_heard_by_its_robot(tmp_path: Path) -> None:
    """The chat's id keeps its capitals."""
    file = tmp_path / "lumina.toml"
    file.write_text(GOOD + WECOM_ROOM, encoding="utf-8")
    room = read_engagement_file(file).engagement.rooms[1]
    assert (room.address, room.heard_at) == ("lumina-group", "robot:wrkSFfCgAA")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('platform = "wecom"', 'platform = "console"', "only a WeCom room is heard by a robot"),
        ('"lumina-group"', '"wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA"', "into an external group (外部群) none comes at all"),
        ('"lumina-group"', '"robot:wrkSFfCgAA"', "“robot:wrkSFfCgAA” is used twice"),
        ('address = "lumina-group"\n', "", "address is missing"),
        ('address = "lumina-group"\n', 'forward_by = "ana"\n', "it has neither an address nor a robot"),
        ('"lumina-group"', '"lumina-group"\nforward_by = "ana"', "it has neither an address nor a robot"),
    ],
)
def test_what_wecom_does_not_permit_is_refused_with_what_works(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    """An external group cannot be bound; the sentence names the ways that work."""
    found = mistakes(tmp_path, GOOD + WECOM_ROOM.replace(old, new))
    assert any(sentence in text for _, text in found), found


FORWARDED_ROOM = """
[[rooms]]
id = "lumina-external"
platform = "wecom"
forward_by = "ana"
audience = "seller"
language = "zh"
zone = "Asia/Shanghai"
"""


def test_an_external_group_reads_what_somebody_forwards(tmp_path: Path) -> None:
    """It has no address: its place is named by the engagement, so that no two of them are taken for one."""
    file = tmp_path / "lumina.toml"
    file.write_text(GOOD + FORWARDED_ROOM, encoding="utf-8")
    room = read_engagement_file(file).engagement.rooms[-1]
    assert (room.forward_by, room.address) == ("ana", "forwarded:lumina/lumina-external")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('forward_by = "ana"', 'forward_by = "nobody"', "nobody is called “nobody”"),
        ('platform = "wecom"', 'platform = "slack"', "forward_by is for a WeCom group"),
        ('wecom = "Ana.Souza"', "", "“ana” has no user id in WeCom"),
        ('role = "account_manager"', 'role = "seller"', "“ana” is the seller's"),
    ],
)
def test_only_somebody_of_the_operators_side_in_wecom_forwards(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    """The mistake stands at its line, and says what to do."""
    found = mistakes(tmp_path, (GOOD + FORWARDED_ROOM).replace(old, new))
    assert any(sentence in text for _, text in found), found


SLACK_ROOM = """
[[rooms]]
id = "aurora"
platform = "slack"
address = "C0SELLER01"
workspace = "T0AURORA01"
audience = "seller"
language = "zh"
zone = "Asia/Shanghai"
"""


def test_a_slack_room_may_name_its_workspace(tmp_path: Path) -> None:
    """Most need not: there is only one."""
    file = tmp_path / "lumina.toml"
    file.write_text(GOOD + SLACK_ROOM, encoding="utf-8")
    first, second = read_engagement_file(file).engagement.rooms
    assert (first.workspace, second.workspace) == ("", "T0AURORA01")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('platform = "slack"', 'platform = "console"', "only a Slack room is in a workspace"),
        ('"T0AURORA01"', '"aurora"', "pattern"),
        ('"T0AURORA01"', '"C0SELLER01"', "pattern"),
    ],
)
def test_a_workspace_is_named_by_its_id(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Names change; a channel's id is none."""
    found = mistakes(tmp_path, GOOD + SLACK_ROOM.replace(old, new))
    assert any(sentence in text for _, text in found), found
