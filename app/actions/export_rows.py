"""Rows of an export: one file for each table, one line of JSON for each row."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Float, String, Table, collate, select
from sqlalchemy.orm import Session

from app.database import Base, UtcDateTime
from app.errors import BadRequest
from app.models import ProcessingState, TranscriptionState

# What opens doors, and what only means something to the machines of this moment.
_SECRET = {"feed_keys", "sign_in_links", "web_sessions"}
_PASSING = {"chunks", "feed_objects", "leases", "leftovers", "uploads"}
# The bytes of a feed are a file of their own; the rest is made of them.
_WRITTEN_ELSEWHERE = {"feed_snapshots": {"body", "gzip", "brotli", "etag"}}
_INTERRUPTED = "It was being made when the community moved. Please try again."

_DEEPEST = 12  # facts in facts
_SURROGATE = re.compile("[\ud800-\udfff]")

Row = dict[str, Any]


def tables() -> list[Table]:
    """Every table that a community owns; what others refer to comes first."""
    left_out = _SECRET | _PASSING
    return [t for t in Base.metadata.sorted_tables if t.name not in left_out]


def columns(table: Table) -> list[Column[Any]]:
    """What is exported of a table."""
    elsewhere = _WRITTEN_ELSEWHERE.get(table.name, set())
    return [column for column in table.columns if column.name not in elsewhere]


def lines(session: Session, table: Table) -> Iterator[bytes]:
    """Every row of a table, always in the same order."""
    order = [_ordered(session, column) for column in table.primary_key]
    query = select(*columns(table)).order_by(*order)
    for found in session.execute(query.execution_options(yield_per=100)):
        row = {name: _written(value) for name, value in found._mapping.items()}
        row = _at_rest(table.name, row)
        yield json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def rows(table: Table, written: Iterable[bytes]) -> Iterator[Row]:
    """The rows again. Raises `BadRequest` on anything that no export contains."""
    known = {column.name: column for column in columns(table)}
    first: set[str] | None = None
    for number, line in enumerate(written, 1):
        row = _parsed(line, f"{table.name}, line {number}")
        first = first or set(row)
        if set(row) != first or not first <= set(known):
            raise BadRequest(
                f"This export has columns in {table.name} that are not known here. "
                "It may come from a newer version of Commoncast."
            )
        yield {name: _read(known[name], value) for name, value in row.items()}


def _ordered(session: Session, column: Column[Any]) -> Any:
    # SQLite compares bytes; PostgreSQL would go by the language of the machine.
    is_text = isinstance(column.type, String)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return column if is_sqlite or not is_text else collate(column, "C")


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _at_rest(table: str, row: Row) -> Row:
    # No worker elsewhere knows of work that is going on here: a person starts it anew.
    busy: dict[str, set[str]] = {
        "processings": {ProcessingState.QUEUED, ProcessingState.RUNNING},
        "transcriptions": {TranscriptionState.QUEUED, TranscriptionState.RUNNING},
    }
    if str(row.get("state")) not in busy.get(table, set()):
        return row
    return row | {"state": "failed", "sentence": _INTERRUPTED, "resume_at": None}


def _parsed(line: bytes, where: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"This export is damaged: {where}.") from error
    if not isinstance(row, dict):
        raise BadRequest(f"This export is damaged: {where}.")
    return row


def _read(column: Column[Any], value: Any) -> Any:
    if value is None and column.nullable:
        return None
    if isinstance(column.type, UtcDateTime):
        return _moment(column, value)
    if isinstance(column.type, JSON):
        is_right = isinstance(value, dict | list) and _depth(value) <= _DEEPEST
        return _if(is_right, column, value)
    if isinstance(column.type, Float) and type(value) is int:
        value = float(value)
    return _if(_fits(column, value), column, value)


def _fits(column: Column[Any], value: Any) -> bool:
    if type(value) is not column.type.python_type:
        return False
    if isinstance(value, str):
        # Half a character, and the end of all texts: no database takes them.
        return "\0" not in value and not _SURROGATE.search(value)
    if isinstance(value, float):
        return math.isfinite(value)
    bits = 63 if isinstance(column.type, BigInteger) else 31
    return int(value).bit_length() <= bits


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(one, dict | list):
            inner = one.values() if isinstance(one, dict) else one
            waiting.extend((other, depth + 1) for other in inner)
    return deepest


def _if(is_right: bool, column: Column[Any], value: Any) -> Any:
    if not is_right:
        raise _wrong(column)
    return value


def _moment(column: Column[Any], value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong(column) from error
    if moment.tzinfo is None:
        raise _wrong(column)
    return moment


def _wrong(column: Column[Any]) -> BadRequest:
    name = f"{column.table.name}.{column.name}"
    return BadRequest(f"This export is damaged: {name} holds something odd.")
