"""Reading the labelled passages (their form: passages/README.md)."""

from dataclasses import dataclass
from pathlib import Path

from tracker.articles.sentences import split
from tracker.dates import ApproxDate

FOLDER = Path(__file__).parent / "passages"
SHARED = Path(__file__).parents[2].parent / "shared"


@dataclass(frozen=True)
class Label:
    """What a reader says of a sentence that forecasts."""

    start: int
    end: int
    phrase: str | None
    happens: bool
    words: str | None = None
    date: str | None = None
    condition: str | None = None
    who: str | None = None


@dataclass(frozen=True)
class Passage:
    name: str
    published: ApproxDate
    text: str
    labels: tuple[Label, ...]
    sentences: int


def read_all(pattern: str = "*") -> list[Passage]:
    """Read the passages whose name matches, and the op-ed beside the repository if it is there."""
    found = [_passage(path) for path in sorted(FOLDER.glob(f"{pattern}.txt"))]
    return found + [
        passage for path in sorted(FOLDER.glob(f"{pattern}.labels")) if (passage := _beside(path))
    ]


def _passage(path: Path) -> Passage:
    header, _, body = path.read_text("utf-8").partition("\n\n")
    text, labels, count, line_start = "", [], 0, 0
    for line in body.splitlines():
        if line.startswith(">"):
            labels.append(_label(line, line_start, len(text)))
            continue
        if not line:
            text = f"{text.rstrip()}\n\n"
            continue
        if text and not text.endswith("\n"):
            text += " "
        line_start = len(text)
        text += line
        count += 1
    return Passage(path.stem, _published(header), text, tuple(labels), count)


def _published(header: str) -> ApproxDate:
    fields = dict(line.split(": ", 1) for line in header.splitlines())
    return ApproxDate.parse(fields["published"])


def _label(line: str, start: int, end: int) -> Label:
    phrase, direction, *rest = [part.strip() for part in line.removeprefix(">").split("|")]
    fields = dict(part.split(": ", 1) for part in rest)
    words, _, day = fields.get("by", "").partition(" = ")
    return Label(
        start=start,
        end=end,
        phrase=None if phrase == "-" else phrase,
        happens={"yes": True, "no": False}[direction],
        words=words or None,
        date=None if day in ("", "?") else day,
        condition=fields.get("if"),
        who=fields.get("who"),
    )


def _beside(path: Path) -> Passage | None:
    """Read the labels of an article beside the repository: first words, then a label."""
    header, _, body = path.read_text("utf-8").partition("\n\n")
    source = SHARED / dict(line.split(": ", 1) for line in header.splitlines())["source"]
    if not source.exists():
        return None
    text = source.read_text("utf-8")
    sentences = split(text)
    labels = []
    lines = body.splitlines()
    for opening, line in zip(lines[::2], lines[1::2], strict=True):
        sentence = next(one for one in sentences if one.text.startswith(opening))
        labels.append(_label(line, sentence.start, sentence.end))
    return Passage(path.stem, _published(header), text, tuple(labels), len(sentences))
