"""A tree of groups and lists → records, with every problem told by its line."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tracker import lexicon
from tracker.deadlines import By, Checkpoint, Ever, Window, Within
from tracker.errors import Invalid
from tracker.exchange.book import Book, Entry, Key, key
from tracker.exchange.tree import Group, Items, Problems, clip, load
from tracker.fields import Problem, told
from tracker.records import (
    Article,
    Forecast,
    Question,
    Reading,
    ReminderPolicy,
    Resolution,
    VagueClaim,
    check_forecast,
)

VERSION = "1"
R = TypeVar("R", Article, VagueClaim, Question, Forecast, Resolution)


def _fields(
    *models: type[BaseModel], without: Iterable[str] = (), plus: Iterable[str] = ()
) -> frozenset[str]:
    names = {info.alias or name for model in models for name, info in model.model_fields.items()}
    return frozenset((names - set(without)) | set(plus))


FIELDS: Mapping[str, frozenset[str]] = {
    "file": frozenset({"version", "articles", "questions"}),
    "article": _fields(Article, plus=["vague_claims"]),
    "vague claim": _fields(VagueClaim, without=["article"]),
    "question": _fields(Question, plus=["forecasts", "resolution"]),
    "forecast": _fields(Forecast, Reading, without=["question", "reading"]),
    "resolution": _fields(Resolution, without=["question"]),
    "deadline": _fields(By, Within, Window, Ever),
    "checkpoints": _fields(Checkpoint),
    "reminders": _fields(ReminderPolicy),
}
"""Every group's fields, as they are written in the file."""
_READING = _fields(Reading)


def read(text: str | bytes, *, name: str) -> Book:
    """Read a predictions.yaml.

    Args:
        text: the file; bytes must be UTF-8.
        name: what messages call the file, such as "predictions.yaml".

    Returns:
        Its records, each knowing its place.

    Raises:
        Invalid: if anything is wrong; `problems` holds one sentence with file and line for each.
    """
    problems = Problems(name)
    reader = _Reader(problems)
    reader.file(load(text, problems))
    if problems.found:
        raise problems.error()
    return reader.book()


class _Reader:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.lines: dict[Key, int] = {}
        self.articles: dict[str, Article | None] = {}
        self.records: dict[type[Entry], list[Any]] = {
            kind: [] for kind in (Article, VagueClaim, Question, Forecast, Resolution)
        }

    def book(self) -> Book:
        found = self.records
        return Book(
            tuple(found[Article]),
            tuple(found[VagueClaim]),
            tuple(found[Question]),
            tuple(found[Forecast]),
            tuple(found[Resolution]),
        ).placed(self.problems.name, self.lines)

    def file(self, root: object) -> None:
        if not isinstance(root, Group):
            what = "is empty" if root is None else "is not a group of fields"
            raise self.problems.fail(1, f"the file {what}; it begins with `version: 1`")
        self._version(root)
        self._unknown(root, "file", "the file")
        for position, item in self._items(root, "articles", "the file"):
            self._article(item, f"article {item.get('id', position)}")
        for position, item in self._items(root, "questions", "the file"):
            self._question(item, f"question {item.get('id', position)}")

    def _version(self, root: Group) -> None:
        version = root.get("version")
        if version is None:
            self.problems.add(
                root.line, "the version is missing; the file begins with `version: 1`"
            )
        elif version != VERSION:
            raise self.problems.fail(
                root.lines["version"],
                f"version {version} is not known to this tracker, which reads version {VERSION}",
            )

    def _article(self, group: Group, subject: str) -> None:
        data = self._data(group, "article", subject)
        article = self._record(Article, group, data, subject)
        if isinstance(identity := group.get("id"), str):
            self.articles.setdefault(identity, article)
        name = article.id if article else _stand_in(group)
        for position, item in self._items(group, "vague_claims", subject):
            said = f"{subject}, vague claim {position}"
            claim = {**self._data(item, "vague claim", said), "article": name}
            self._record(VagueClaim, item, claim, said)

    def _question(self, group: Group, subject: str) -> None:
        data = self._data(group, "question", subject)
        self._deadline_fields(group, subject)
        question = self._record(Question, group, data, subject)
        name = question.id if question else _stand_in(group)
        for position, item in self._items(group, "forecasts", subject):
            self._forecast(item, name, question, f"{subject}, forecast {position}")
        self._resolution(group, name, subject)

    def _resolution(self, group: Group, name: str, subject: str) -> None:
        resolution = group.get("resolution")
        if isinstance(resolution, Group):
            said = f"{subject}, resolution"
            data = {**self._data(resolution, "resolution", said), "question": name}
            self._record(Resolution, resolution, data, said)
        elif resolution is not None:
            self.problems.add(
                group.lines["resolution"],
                f"{subject}: resolution must be null or a group with outcome and evidence",
            )

    def _deadline_fields(self, group: Group, subject: str) -> None:
        for name in ("deadline", "reminders"):
            if isinstance(inner := group.get(name), Group):
                self._unknown(inner, name, f"{subject}, {name}")
        if isinstance(points := group.get("checkpoints"), Items):
            for point in points:
                if isinstance(point, Group):
                    self._unknown(point, "checkpoints", f"{subject}, checkpoints")

    def _forecast(self, group: Group, name: str, question: Question | None, subject: str) -> None:
        data = self._data(group, "forecast", subject)
        reading = {field: data.pop(field) for field in _READING & data.keys()}
        forecast = self._record(
            Forecast, group, {**data, "question": name, "reading": reading}, subject
        )
        where = group.get("article")
        if isinstance(where, str) and where not in self.articles:
            near = _near(where, self.articles)
            self.problems.add(
                group.lines["article"], f"{subject}: there is no article {where!r} here{near}"
            )
        if forecast is not None and question is not None:
            self._check(group, question, forecast, subject)

    def _check(self, group: Group, question: Question, forecast: Forecast, subject: str) -> None:
        try:
            check_forecast(question, forecast, self.articles.get(forecast.article or ""))
        except Invalid as error:
            phrase = forecast.reading.phrase
            unknown = phrase is not None and not lexicon.knows(phrase)
            line = group.lines["phrase"] if unknown else group.line
            hint = f"; {error.hint}" if error.hint else ""
            self.problems.add(line, f"{subject}: {error}{hint}")

    def _record(
        self, kind: type[R], group: Group, data: Mapping[str, Any], subject: str
    ) -> R | None:
        try:
            record = kind.model_validate(data)
        except ValidationError as error:
            for problem in told(error):
                self._tell(problem, group, subject)
            return None
        self._keep(record, group, subject)
        return record

    def _tell(self, problem: Problem, group: Group, subject: str) -> None:
        path = problem.path[1:] if problem.path[:1] == ("reading",) else problem.path
        if path[-1:] and path[-1] not in group.lines and problem.message == "is not a field here":
            return
        self.problems.add(_line(group, path), problem._replace(path=path).sentence(subject))

    def _keep(self, record: Entry, group: Group, subject: str) -> None:
        name = key(record)
        first = self.lines.setdefault(name, group.line)
        if first != group.line:
            hint = "; give one a label" if isinstance(record, Forecast) else ""
            self.problems.add(
                group.line, f"{subject}: the same stands in line {first} already{hint}"
            )
        self.records[type(record)].append(record)

    def _items(self, group: Group, name: str, subject: str) -> Iterator[tuple[int, Group]]:
        items = group.get(name)
        if items is None:
            return
        if not isinstance(items, Items):
            self.problems.add(group.lines[name], f"{subject}: {name} must be a list")
            return
        for position, item in enumerate(items, 1):
            if isinstance(item, Group):
                yield position, item
            else:
                line = items.lines[position - 1]
                self.problems.add(
                    line, f"{subject}: item {position} of {name} must be a group of fields"
                )

    def _data(self, group: Group, noun: str, subject: str) -> dict[str, Any]:
        self._unknown(group, noun, subject)
        known = FIELDS[noun]
        return {
            name: value for name, value in group.items() if name in known and name not in _NESTED
        }

    def _unknown(self, group: Group, noun: str, subject: str) -> None:
        for name in group.lines.keys() - FIELDS[noun]:
            near = _near(name, FIELDS[noun])
            self.problems.add(
                group.lines[name], f"{subject}: {clip(name, 80)!r} is not a field here{near}"
            )


def _stand_in(group: Group) -> str:
    """Name a record that is wrong, so that what is nested in it can be looked at all the same."""
    return f"line-{group.line}"


_NESTED = frozenset({"vague_claims", "forecasts", "resolution"})


def _near(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word[:80], list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _line(group: Group, path: tuple[str | int, ...]) -> int:
    here: object = group
    line = group.line
    for part in path:
        if isinstance(here, Group) and part in here.lines:
            line, here = here.lines[part], here.get(part)
        elif isinstance(here, Items) and isinstance(part, int) and part < len(here):
            line, here = here.lines[part], here[part]
        else:
            break
    return line
