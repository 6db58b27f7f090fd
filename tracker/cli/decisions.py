"""What a person decided of each proposal, kept in a file until it is recorded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tracker.articles.spot import Proposal
from tracker.errors import Invalid, StoreError
from tracker.records import Article, Forecast, Question, VagueClaim

VERSION = 1
Kind = Literal["kept", "vague", "skipped"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one proposal.

    Attributes:
        kind: kept as a forecast, kept as a vague claim, or skipped.
        question: the new question of a forecast, or None where it shares a recorded one.
        forecast: the forecast, if it was kept as one.
        claim: the vague claim, if it was kept as one.
    """

    kind: Kind
    question: Question | None = None
    forecast: Forecast | None = None
    claim: VagueClaim | None = None

    def records(self) -> tuple[Question | Forecast | VagueClaim, ...]:
        """Return what is to be recorded."""
        every = (self.question, self.forecast, self.claim)
        return tuple(each for each in every if each is not None)

    def data(self) -> dict[str, Any]:
        """Return it as plain JSON data."""
        parts = {"question": self.question, "forecast": self.forecast, "claim": self.claim}
        return {"kind": self.kind} | {
            name: each.data() for name, each in parts.items() if each is not None
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Decision":
        """Build it from plain data.

        Raises:
            Invalid: if a record breaks a rule.
        """
        question, forecast, claim = (data.get(name) for name in ("question", "forecast", "claim"))
        return cls(
            data["kind"],
            None if question is None else Question.parse(question),
            None if forecast is None else Forecast.parse(forecast),
            None if claim is None else VagueClaim.parse(claim),
        )


def key_of(proposal: Proposal) -> str:
    """Return what a proposal is known by: its sentence's place."""
    return f"{proposal.start}-{proposal.end}"


def _check_version(data: Mapping[str, Any]) -> None:
    if data["version"] != VERSION:
        raise Invalid(f"it is of version {data['version']}")


def place(folder: Path, sha256: str) -> Path:
    """Return where the notebook on a text is kept, by the text's SHA-256."""
    return folder / f"{sha256[:32]}.json"


class Notebook:
    """The decisions on one text so far; written whole after each, so that a kill loses none.

    Beside them stand the places of words that the person pointed at.

    Args:
        path: its file; `place` says where.
        source: the address or file that was read, as it may be typed again.
    """

    def __init__(self, path: Path, source: str | None = None) -> None:
        self.path = path
        self.source = source
        self.article: Article | None = None
        self.decisions: dict[str, Decision] = {}
        self.added: list[tuple[int, int]] = []

    def load(self) -> bool:
        """Read what was decided before; whether there was anything.

        Raises:
            Invalid: if the file cannot be understood.
        """
        try:
            data = json.loads(self.path.read_text("utf-8"))
            _check_version(data)
            self.article = Article.parse(data["article"])
            found = {key: Decision.of(each) for key, each in data["decisions"].items()}
            source = self.source or data.get("source")
            added = [(int(first), int(last)) for first, last in data.get("added", ())]
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Invalid) as error:
            raise Invalid(
                f"what was decided so far cannot be read ({error})",
                hint=f"delete {self.path} to begin anew",
            ) from None
        self.decisions, self.added, self.source = found, added, source
        return True

    def save(self) -> None:
        """Write what was decided so far, whole or not at all.

        Raises:
            StoreError: if it cannot be written.
        """
        assert self.article is not None  # noqa: S101 - it is settled before anything is decided
        plain = {
            "version": VERSION,
            "source": self.source,
            "article": self.article.data(),
            "decisions": {key: each.data() for key, each in self.decisions.items()},
            "added": self.added,
        }
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")
            beside.replace(self.path)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}") from None

    def turn_over(self, article: Article) -> None:
        """Begin anew for another article; what was decided is forgotten."""
        self.article = article
        self.decisions, self.added = {}, []
        self.save()

    def drop(self) -> None:
        """Forget it: it is recorded now."""
        self.path.unlink(missing_ok=True)


def half_read(folder: Path) -> list[Notebook]:
    """Return what was begun and not recorded, what was touched last at the end.

    Raises:
        Invalid: if a file cannot be understood.
    """
    paths = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    found = [Notebook(path) for path in paths]
    return [notebook for notebook in found if notebook.load()]
