"""The migrations make exactly the tables the code reads, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from bot.samples.engagements import sample_engagements
from kpi.engagements import Audience
from kpi.errors import ConfigurationError
from storage import tables
from storage.database import Database
from storage.migrating import migrating, migration_config
from storage.revisions import current_revision, newest_revision

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LUMINA, _ = sample_engagements()
BOOKKEEPING = "alembic_version"
BEFORE_PARTS = (
    "INSERT INTO engagements VALUES ('e', 'E', 's', 'S', '', '', 0)",
    "INSERT INTO stores VALUES (1, 'e-ml', 'e', 0, 'E', 'mercado_libre', 'BR', 'local', 'BRL', 'UTC', 's', true)",
    "INSERT INTO measures (name) VALUES ('units_sold')",
    "INSERT INTO listing_facts VALUES (1, 1, 7, 'MLB1', 40, 0, 1, 1, 5)",
    "INSERT INTO fact_history VALUES (1, 1, 1, 7, '', 3, 0, 1, 1, 4, 5)",
    "INSERT INTO fact_history VALUES (2, 1, 1, 7, 'MLB1', 39, 0, 1, 1, 4, 5)",
)
"""One listing's fact and two versions of the past, as they were stored before there were other parts."""


def described(engine: Engine) -> dict[str, Any]:
    """Return every table as the database itself describes it."""
    look = inspect(engine)
    names = sorted(set(look.get_table_names()) - {BOOKKEEPING})
    return {
        name: (
            {
                one["name"]: (str(one["type"]), one["nullable"], one.get("autoincrement"), str(one["default"])[:7])
                for one in look.get_columns(name)
            },
            look.get_pk_constraint(name)["constrained_columns"],
            sorted((one["name"] or "", one["column_names"], one["unique"]) for one in look.get_indexes(name)),
            sorted(one["column_names"] for one in look.get_unique_constraints(name)),
            sorted((one["constrained_columns"], one["referred_table"]) for one in look.get_foreign_keys(name)),
        )
        for name in names
    }


def test_the_migrated_schema_is_the_one_of_the_models(empty: Database) -> None:
    """Alembic itself finds nothing left to migrate: no table, column, type, index or key."""
    empty.migrate()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_migrated_database_describes_itself_like_one_made_from_the_models(empty: Database) -> None:
    """What Alembic does not compare either: nullability, defaults, the columns of each key."""
    empty.migrate()
    migrated = described(empty.engine)
    with migrating(empty.engine) as connection:
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
    assert set(migrated) == {table.name for table in SQLModel.metadata.sorted_tables}
    assert migrated == described(empty.engine)


def test_facts_are_clustered_by_their_key_on_sqlite() -> None:
    """Without it a question reads one page per day; PostgreSQL has nothing of the kind."""
    database = Database("sqlite://")
    database.migrate()
    with database.engine.connect() as connection:
        made = connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")).scalars()
        assert set(made) == {tables.FactRow.__tablename__, tables.PartFactRow.__tablename__}
    database.close()


def test_there_is_one_newest_revision() -> None:
    """Two heads would leave the next migration without a place."""
    assert ScriptDirectory.from_config(migration_config()).get_heads() == [newest_revision()]


def test_every_revision_follows_another_and_can_be_taken_back(empty: Database) -> None:
    """Down to nothing and up again ends where it began."""
    empty.migrate()
    before = described(empty.engine)
    with migrating(empty.engine) as connection:
        command.downgrade(migration_config(connection), "base")
    assert described(empty.engine) == {}
    assert not empty.is_current()
    empty.migrate()
    assert described(empty.engine) == before


def test_upgrading_twice_is_harmless(empty: Database) -> None:
    """Every start migrates; what is stored stays."""
    empty.migrate()
    with empty.work() as work:
        work.engagements.save(LUMINA, NOW)
    before = described(empty.engine)
    empty.migrate()
    with empty.view() as work:
        assert work.engagements.all() == (LUMINA,)
    assert described(empty.engine) == before


def test_a_database_knows_whether_it_is_current(empty: Database) -> None:
    """The doctor asks before the bot starts."""
    assert not empty.is_current()
    empty.migrate()
    assert empty.is_current()
    with empty.engine.connect() as connection:
        assert current_revision(connection) == newest_revision()


def test_replicas_that_start_together_migrate_once(empty_url: str) -> None:
    """Four processes meet at an empty database; none fails, and the schema is there."""

    def start(_: int) -> bool:
        database = Database(empty_url)
        try:
            database.migrate()
            return database.is_current()
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [True] * 4


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a database address"),
        ("nonsense", "not a database address"),
        ("mysql://localhost/vigia", "does not use"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(url: str, said: str) -> None:
    """With the setting to change."""
    with pytest.raises(ConfigurationError, match="VIGIA_DATABASE_URL") as caught:
        Database(url)
    assert said in str(caught.value)


def test_a_database_that_cannot_be_opened_is_a_sentence() -> None:
    """A folder that is not there, for the migration as for the question whether it is needed."""
    database = Database("sqlite:////nowhere/at/all/vigia.sqlite")
    for ask in (database.migrate, database.is_current):
        with pytest.raises(ConfigurationError, match="VIGIA_DATABASE_URL"):
            ask()
    database.close()


def test_a_database_in_memory_is_one_for_all_connections() -> None:
    """A try-out needs no file."""
    database = Database("sqlite://")
    database.migrate()
    with database.work() as work:
        work.engagements.save(LUMINA, NOW)
    with database.view() as work:
        assert work.engagements.all() == (LUMINA,)
    database.close()


def test_listings_become_parts_and_back(empty: Database) -> None:
    """What was stored of listings, and its history, is read as before; other dimensions cannot be taken back."""
    with migrating(empty.engine) as connection:
        command.upgrade(migration_config(connection), "0003")
        for statement in BEFORE_PARTS:
            connection.execute(text(statement))
        command.upgrade(migration_config(connection), "0004")
    with empty.engine.connect() as connection:
        kept = connection.execute(text("SELECT d.name, f.day, f.part, f.value FROM part_facts f, dimensions d"))
        assert kept.all() == [("listing", 7, "MLB1", 40)]
        past = connection.execute(text("SELECT dimension_key, part, value FROM fact_history ORDER BY key"))
        assert past.all() == [(0, "", 3), (1, "MLB1", 39)]
    with migrating(empty.engine) as connection:
        connection.execute(text("INSERT INTO dimensions (name) VALUES ('source')"))
        connection.execute(text("INSERT INTO part_facts VALUES (1, 1, 2, 7, 'ads', 9, 0, 1, 1, 5)"))
        command.downgrade(migration_config(connection), "0003")
        back = connection.execute(text("SELECT day, listing, value FROM listing_facts"))
        assert back.all() == [(7, "MLB1", 40)]
        command.upgrade(migration_config(connection), "head")


def test_tables_that_others_point_to_can_be_made_anew_over_rows(empty: Database) -> None:
    """A bot in service has stores and rooms: going back and forth over every revision loses none of them."""
    empty.migrate()
    with empty.work() as work:
        work.engagements.save(LUMINA, NOW)
    with migrating(empty.engine) as connection:
        command.downgrade(migration_config(connection), "0002")
    empty.migrate()
    with empty.view() as work:
        assert work.engagements.all() == (LUMINA,)
    with empty.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_sellers_rooms_that_were_shared_before_go_on(empty: Database) -> None:
    """They were bound so; an operations room stays held."""
    empty.migrate()
    with empty.work() as work:
        work.engagements.save(LUMINA, NOW)
    with migrating(empty.engine) as connection:
        command.downgrade(migration_config(connection), "0022")
        for room in LUMINA.rooms:
            place = {"platform": room.platform.value, "address": room.address}
            connection.execute(text("INSERT INTO shared_places VALUES (:platform, :address, 5, NULL)"), place)
        command.upgrade(migration_config(connection), "head")
    with empty.view() as work:
        found = work.engagements.get(LUMINA.id)
    assert found is not None
    assert set(found.held) == {one.id for one in LUMINA.rooms if one.audience is Audience.OPERATIONS}


def test_a_migration_that_leaves_a_row_pointing_nowhere_is_taken_back(empty: Database) -> None:
    """Nothing is committed, and the keys are enforced again."""
    empty.migrate()
    with empty.work() as work:
        work.engagements.save(LUMINA, NOW)
    with pytest.raises(IntegrityError), migrating(empty.engine) as connection:
        connection.execute(text("DELETE FROM engagements"))
    with empty.view() as work:
        assert work.engagements.all() == (LUMINA,)
