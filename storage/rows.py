"""From rows to records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table

from storage import schema
from storage.records import Artwork, GuildSettings, Job, MemberSettings

JOB = [schema.jobs.c[field.name] for field in fields(Job)]
"""The columns that a `Job` is made of."""

_MOST_PARAMETERS = 1000


def columns(table: Table, record: type) -> list[ColumnElement[Any]]:
    """Return the columns of a table that a record has fields for."""
    return [table.c[field.name] for field in fields(record) if field.name in table.c]


def batched(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield ids in lists that are short enough for one statement."""
    every = list(ids)
    for start in range(0, len(every), _MOST_PARAMETERS):
        yield every[start : start + _MOST_PARAMETERS]


def job(row: RowMapping) -> Job:
    """Make a job."""
    values = dict(row)
    return Job(**values | {"parents": tuple(values["parents"]), "notices": tuple(values["notices"])})


def artwork(row: RowMapping, parents: tuple[int, ...]) -> Artwork:
    """Make an artwork."""
    return Artwork(**dict(row) | {"parents": parents, "frames": tuple(row["frames"])})


def member_settings(stored: Mapping[str, Any]) -> MemberSettings:
    """Read a member's settings; names that are not known (any more) are left out."""
    return MemberSettings(**_known(MemberSettings, stored))


def guild_settings(stored: Mapping[str, Any]) -> GuildSettings:
    """Read a guild's settings; names that are not known (any more) are left out."""
    return GuildSettings(**_known(GuildSettings, stored))


def stored(settings: MemberSettings | GuildSettings) -> dict[str, Any]:
    """Return what to store of settings: only what differs from the defaults, which may change with Salon."""
    default = asdict(type(settings)())
    return {name: value for name, value in asdict(settings).items() if value != default[name]}


def _known(record: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(record)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in names}
