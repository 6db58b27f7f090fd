"""A book: everything that one predictions.yaml holds, as records in canonical order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, Self

from tracker.errors import Invalid, NotFound
from tracker.records import Article, Forecast, Question, Resolution, VagueClaim

Entry = Article | VagueClaim | Question | Forecast | Resolution
Key = tuple[str, str]


def key(record: Entry) -> Key:
    """Return what a record is known by: its noun and its id, for a resolution the question's."""
    name = record.question if isinstance(record, Resolution) else record.id
    return type(record).__name__, name


@dataclass(frozen=True)
class Book:
    """The records of one file; building one puts them into canonical order.

    Articles and questions stand by id; what is nested in them (vague claims, forecasts) stands
    by its article or question, and among its siblings in the order in which it was given.

    Attributes:
        articles: the sources.
        vague_claims: each of an article in `articles`.
        questions: what will turn out yes or no.
        forecasts: each on a question in `questions`; its article, if any, in `articles`.
        resolutions: at most one per question.

    Raises:
        Invalid: if something stands in it twice, or refers to what is not in it.
    """

    articles: tuple[Article, ...] = ()
    vague_claims: tuple[VagueClaim, ...] = ()
    questions: tuple[Question, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    _name: str = field(default="", compare=False, repr=False)
    _lines: Mapping[Key, int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, by in _ORDER.items():
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=attrgetter(by))))
        problems = (*_doubles(self.records()), *_dangling(self))
        if problems:
            raise Invalid("; ".join(problems), problems=problems)

    def records(self) -> tuple[Entry, ...]:
        """Return every record, articles first, then what refers to them."""
        return (
            *self.articles,
            *self.vague_claims,
            *self.questions,
            *self.forecasts,
            *self.resolutions,
        )

    def placed(self, name: str, lines: Mapping[Key, int]) -> Self:
        """Return the same book, knowing the file and lines it was read from."""
        return replace(self, _name=name, _lines=lines)

    def place(self, record: Entry) -> str:
        """Say where a record stands: "predictions.yaml:12".

        Raises:
            NotFound: if the book was not read from a file, or does not hold the record.
        """
        line = self._lines.get(key(record))
        if line is None:
            raise NotFound(f"{' '.join(key(record))} does not stand in a file that was read")
        return f"{self._name}:{line}"


_ORDER = {
    "articles": "id",
    "vague_claims": "article",
    "questions": "id",
    "forecasts": "question",
    "resolutions": "question",
}


def _doubles(records: Iterable[Entry]) -> list[str]:
    seen: set[Key] = set()
    problems = []
    for record in records:
        name = key(record)
        if name in seen:
            problems.append(f"{' '.join(name)} stands twice in the book")
        seen.add(name)
    return problems


def _dangling(book: Book) -> list[str]:
    articles = {article.id for article in book.articles}
    questions = {question.id for question in book.questions}
    on_articles: tuple[Any, ...] = (*book.vague_claims, *book.forecasts)
    on_questions: tuple[Any, ...] = (*book.forecasts, *book.resolutions)
    problems = [
        f"{' '.join(key(record))} refers to the article {record.article}, which is not in the book"
        for record in on_articles
        if record.article is not None and record.article not in articles
    ]
    return problems + [
        f"{' '.join(key(record))} refers to the question {record.question}, "
        "which is not in the book"
        for record in on_questions
        if record.question not in questions
    ]
