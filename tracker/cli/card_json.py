"""The scorecard for programs: plain JSON data, documented in docs/json-scorecard.md."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from tracker.actions.compare import Beside
from tracker.actions.score import Listed, Report
from tracker.scoring.compare import Standing
from tracker.scoring.figures import Scorecard
from tracker.scoring.inference import Interval
from tracker.scoring.sides import RightSide

# What a page draws from, and what is listed in another form.
_LEFT_OUT = {"curve", "listed", "subject"}


def report_json(report: Report, now: datetime, besides: Sequence[Beside] = ()) -> dict[str, Any]:
    """Return a scorecard and its forecasts as plain data; no NaN, no infinity."""
    card = report.card
    return {
        "subject": {"kind": card.subject.kind, "name": card.subject.name or None},
        "as_of": now.isoformat(),
        **card_json(card),
        "forecasts": [forecast_json(each) for each in report.forecasts],
        "unlisted": report.unlisted,
        "beside": [_beside_json(each) for each in besides],
    }


def _beside_json(beside: Beside) -> dict[str, Any]:
    shared = [
        {"one": forecast_json(each.one), "other": forecast_json(each.other)}
        for each in beside.questions
    ]
    return {**_object(beside.pair), "shared": shared}


CSV_COLUMNS = (
    *("forecast", "state", "outcome", "author", "phrase", "negated", "low", "high"),
    *("read_low", "read_best", "read_high", "penalty", "penalty_low", "penalty_high"),
    *("due_on", "made_on", "question", "text", "quote", "outlet", "title", "url", "chosen"),
    *("retrospective", "ledger"),
)


STANDING_COLUMNS = (*(field.name for field in fields(Standing)), "ledger")


def forecast_row(each: Listed, head: str) -> dict[str, Any]:
    """Return one forecast as a row of CSV, with the ledger's head that witnesses it."""
    flat = forecast_json(each)
    read = {f"read_{name}": value for name, value in (flat["reading"] or {}).items()}
    bounds = {f"penalty_{name}": value for name, value in (flat["penalty_bounds"] or {}).items()}
    whole = {**flat, **flat["words"], **read, **bounds, "ledger": head}
    return {**dict.fromkeys(CSV_COLUMNS, ""), **whole}


def card_json(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard's figures."""
    return {
        field.name: plain(getattr(card, field.name))
        for field in fields(card)
        if field.name not in _LEFT_OUT
    }


def forecast_json(each: Listed) -> dict[str, Any]:
    """Return one forecast with what became of it."""
    return {
        **_object(each.line),
        "reading": plain(each.reading),
        "penalty": plain(each.penalty),
        "penalty_bounds": plain(each.penalty_bounds),
    }


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return a figure as JSON data: six significant digits, null where there is no number."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if is_dataclass(value) or isinstance(value, Interval):
        return _object(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, date) else value


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, Interval):
        return {"low": plain(value.low), "high": plain(value.high)}
    names = [field.name for field in fields(value)]  # type: ignore[arg-type] # a dataclass
    if isinstance(value, RightSide):
        names += ["interval", "p"]
    return {name: plain(getattr(value, name)) for name in names}
