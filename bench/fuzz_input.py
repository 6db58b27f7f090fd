"""Feed broken input to everything that reads input, and count the tracebacks.

    python bench/fuzz_input.py 1000000
    python bench/fuzz_input.py 1000000 --seed 7

Valid examples are mutated: fields dropped, doubled, renamed, and given values of every wrong kind;
texts get bytes flipped, cut, doubled and spliced. Whatever is not read must be refused by an error
of the tracker's own. One in twenty inputs is a whole YAML file, as bytes.
"""

import argparse
import copy
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any

from tracker.dates import ApproxDate, Span, parse_day
from tracker.errors import TrackerError
from tracker.exchange.predictions import read
from tracker.records import (
    Article,
    Forecast,
    Question,
    ReminderPolicy,
    Resolution,
    Snooze,
    VagueClaim,
)
from tracker.store.verify import Witnessed

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**30, 0.1, float("nan"), float("inf"), 1e308, "", " ", "\x00",
    "\n", "\u2028", "\ud800", "é" * 400, "x" * 6000, "=?utf-8?q?x?=", "2025-02-30", "0000-00-00",
    "9999-12-31", "10000-01-01", "50 days", "0 days", "-3 days", "99999 years", "1e9 days", "7%",
    "700%", "1/3", "NaN", "sNaN", "1e-400", "0x10", "٣ days", [], {}, [[]], [None], {"": ""},
    {"by": None}, {"by": "2025-09-02", "within": "3 days"}, {"ever": "yes"}, b"\xff", object(),
    {"a": {"b": {"c": []}}}, "Europe/Nowhere", "../../etc/passwd", "javascript:alert(1)",
)  # fmt: skip
_DEADLINES: tuple[dict[str, Any], ...] = (
    {"by": "2026-06-01", "verbatim": "by June"},
    {"within": "50 days", "of": "ultimatum", "starting": "2025-07-14"},
    {"from": "2026-01-01", "to": "2026-12-31"},
    {"ever": True, "horizon": "2029-01-20", "review_every": "90 days"},
)
_EXAMPLES: tuple[tuple[Callable[[Any], object], Any], ...] = (
    (
        Article.parse,
        {
            "id": "a", "authors": ["Ada"], "outlet": "O", "published_on": "2025-07",
            "url": "https://x.example/",
        },
    ),
    (VagueClaim.parse, {"article": "a", "quote": "q", "missing": ["event"]}),
    (
        Forecast.parse,
        {
            "question": "q", "author": "Ada", "article": "a", "quote": "x",
            "reading": {"range": ["0.1", "0.3"]},
        },
    ),
    (
        Resolution.parse,
        {"question": "q", "outcome": "yes", "evidence": "e", "happened_on": "2026-03-02"},
    ),
    (Snooze.parse, {"question": "q", "until": "2026-03-02", "reason": "r"}),
    (ReminderPolicy.parse, {"lead_days": [3, 7], "to": ["a@b"], "at": "09:00"}),
    *(
        (
            Question.parse,
            {
                "id": "q", "text": "Will it?", "criteria": "It does.", "deadline": deadline,
                "zone": "Europe/Berlin", "topics": ["a", "b"], "base_rate": "7%",
                "checkpoints": [{"name": "day 25", "on": "2025-08-08"}],
            },
        )
        for deadline in _DEADLINES
    ),
)  # fmt: skip
_TEXTS: tuple[tuple[Callable[[Any], object], str], ...] = (
    (Span.parse, "50 days"),
    (parse_day, "2025-09-02"),
    (ApproxDate.parse, "2025-07"),
    (Witnessed.parse, "42:0123456789abcdef"),
)
YAML = b"""version: 1
articles:
  - id: a
    authors: [Ada Fabricated]
    outlet: The Invented Gazette
    published_on: 2025-07
    vague_claims:
      - {quote: "it \\u00fc", missing: [threshold, deadline]}
questions:
  - id: q
    text: Will it?
    criteria: It does.
    condition: It may.
    deadline: {within: 50 days, of: ultimatum, starting: 2025-07-14, verbatim: soon}
    topics: [russia, sanctions]
    forecasts:
      - {author: Ada Fabricated, article: a, quote: it is unlikely, phrase: unlikely}
    resolution: {outcome: yes, evidence: "https://x.example/"}
"""
_TOKENS = (
    b"&a ", b"*a", b"!!python/object:os.system ", b"<<: ", b"- ", b": ", b"{", b"]", b"|\n", b"'",
    b'"', b"\t", b"\xff", b"\x00", b"---\n", b"%YAML 9\n", b"? ", b"9" * 5000,
)  # fmt: skip


class Fuzzer:
    """Makes inputs out of examples.

    Args:
        chance: where its choices come from.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def data(self, example: Any) -> Any:  # noqa: ANN401 - any shape
        """Break a tree of plain data in one to three places."""
        broken = copy.deepcopy(example)
        for _ in range(self._chance.randint(1, 3)):
            broken = self._broken(broken)
        return broken

    def _broken(self, node: Any) -> Any:  # noqa: ANN401 - any shape
        if isinstance(node, dict) and node and self._chance.random() < 0.9:  # noqa: PLR2004 - mostly deeper
            self._break_field(node)
            return node
        if isinstance(node, list) and node and self._chance.random() < 0.7:  # noqa: PLR2004 - as above
            index = self._chance.randrange(len(node))
            node[index] = self._broken(node[index])
            return node * self._chance.choice((1, 1, 2))
        if isinstance(node, str) and self._chance.random() < 0.5:  # noqa: PLR2004 - as above
            return self.bytes(node.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
        # A copy: what is broken further must not break the examples themselves.
        return copy.deepcopy(self._chance.choice(_ODD))

    def _break_field(self, node: dict[Any, Any]) -> None:
        key = self._chance.choice(list(node))
        what = self._chance.random()
        if what < 0.15:  # noqa: PLR2004 - shares of the ways to break it
            del node[key]
        elif what < 0.25:  # noqa: PLR2004 - as above
            node[self._chance.choice(("id", "by", "x", "", 7, None))] = node[key]
        else:
            node[key] = self._broken(node[key])

    def bytes(self, content: bytes) -> bytes:
        """Flip, cut, double and splice."""
        broken = bytearray(content)
        for _ in range(self._chance.randint(1, 4)):
            place = self._chance.randrange(len(broken) + 1)
            end = min(len(broken), place + self._chance.randint(0, 12))
            what = self._chance.randrange(4)
            if what == 0 and place < len(broken):
                broken[place] ^= 1 << self._chance.randrange(8)
            elif what == 1:
                del broken[place:end]
            elif what == 2:  # noqa: PLR2004 - the third of four ways
                broken[place:place] = broken[place:end] * self._chance.randint(1, 40)
            else:
                broken[place:end] = self._chance.choice(_TOKENS)
        return bytes(broken)

    def one(self) -> tuple[str, Callable[[Any], object], Any]:
        """Choose a reader and an input for it."""
        kind = self._chance.random()
        if kind < 0.05:  # noqa: PLR2004 - one in twenty
            return "yaml", lambda content: read(content, name="f"), self.bytes(YAML)
        if kind < 0.25:  # noqa: PLR2004 - one in five
            reader, text = self._chance.choice(_TEXTS)
            return "text", reader, self.bytes(text.encode()).decode("utf-8", "replace")
        reader, example = self._chance.choice(_EXAMPLES)
        return "record", reader, self.data(example)


def main() -> int:
    """Feed so many inputs; return 1 where any ended in a traceback."""
    parser = argparse.ArgumentParser()
    parser.add_argument("inputs", type=int)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    given = parser.parse_args()
    fuzzer = Fuzzer(random.Random(given.seed))  # noqa: S311 - to be repeatable
    seen: Counter[str] = Counter()
    tracebacks = 0
    slowest = 0.0
    for _ in range(given.inputs):
        name, reader, content = fuzzer.one()
        began = time.perf_counter()
        try:
            reader(content)
            seen[f"{name} read"] += 1
        except TrackerError as error:
            seen[f"{name} refused"] += 1
            str(error)
        except Exception:  # noqa: BLE001 - this is what is looked for
            tracebacks += 1
            if tracebacks <= 10:  # noqa: PLR2004 - enough to begin with
                print(repr(content)[:400])
                traceback.print_exc()
        slowest = max(slowest, time.perf_counter() - began)
    for name in sorted(seen):
        print(f"{name:<16} {seen[name]:>9,}")
    total = f"{given.inputs:,} inputs (seed {given.seed})"
    print(f"{total}, slowest {slowest:.2f} s, {tracebacks} tracebacks")
    return 1 if tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
