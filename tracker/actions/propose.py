"""From a page, a file or a text to the sentences that forecast; nothing is written anywhere."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tracker.articles import saved, spot, timex
from tracker.articles.calendars import Calendars, default, load
from tracker.articles.decoding import decode, encoding_of
from tracker.articles.extract import Extracted, extract
from tracker.articles.sentences import Sentence, split
from tracker.articles.snapshots import locate
from tracker.articles.spot import Proposal
from tracker.articles.timex import Timex
from tracker.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from tracker.articles.llm import Placed
    from tracker.articles.sockets import Http

# What the extra `read` brings, by the names under which Python looks for it.
_EXTRA = frozenset(("trafilatura", "lxml", "lxml_html_clean", "dateparser", "justext", "courlan"))
_MODEL_SCORE = 0.5


class Opened(NamedTuple):
    """An op-ed that was opened.

    Attributes:
        article: its text, and who, where and when.
        page: the page as it came, or None where it was plain text.
        fetched_at: when it was fetched, or None where it was a file.
    """

    article: Extracted
    page: bytes | None = None
    fetched_at: datetime | None = None

    def at(self, url: str) -> "Opened":
        """Return the same, knowing where it can be read."""
        return self._replace(article=self.article._replace(url=url))


class Model(NamedTuple):
    """A language model that may propose too.

    Attributes:
        base_url: where its server is, "http://localhost:11434/v1".
        name: what it is called there.
        key: the server's key, if it wants one.
    """

    base_url: str
    name: str
    key: "SecretStr | None" = None


class Proposed(NamedTuple):
    """What was found in an op-ed.

    Attributes:
        proposals: the most precise, in the writer's own voice, first.
        refused: what a language model said and was not taken, one sentence each.
    """

    proposals: tuple[Proposal, ...]
    refused: tuple[str, ...] = ()


def open_url(url: str, *, now: datetime, http: "Http | None" = None) -> Opened:
    """Fetch an op-ed.

    Args:
        url: an http or https address.
        now: the clock.
        http: how to appear on the network.

    Raises:
        FetchError: if it cannot be had, or there is no text in it.
        ConfigError: if the extra for web pages is not installed.
    """
    from tracker.articles.fetch import fetch  # files need no network

    page = fetch(url, now=now, http=http)
    return Opened(_extracted(page.text, url=page.final_url), page.content, page.fetched_at)


def open_content(content: bytes, *, name: str, plain: bool = False) -> Opened:
    """Read an op-ed from the bytes of a saved page or of a text.

    Args:
        content: HTML, plain text, or a page saved as one file (.mhtml).
        name: what messages call it.
        plain: whether it is plain text whatever it looks like: it is taken as it is.

    Raises:
        FetchError: if there is no text in it, it is too large, or no text at all.
        ConfigError: if the extra for web pages is not installed.
    """
    content, address = saved.opened(content, name)
    text = decode(content, encoding_of(content)).replace("\r\n", "\n")
    if plain:
        if not text.strip():
            raise FetchError(f"{name}: There is no text in it.")
        return Opened(Extracted(text=text))
    try:
        article = _extracted(text, url=address)
    except FetchError as error:
        raise FetchError(f"{name}: {error}", hint=error.hint) from None
    return Opened(article, None if article.text == text else content)


def _extracted(text: str, url: str | None = None) -> Extracted:
    try:
        return extract(text, url=url)
    except ModuleNotFoundError as error:
        raise _without_extra(error) from None


def _without_extra(error: ModuleNotFoundError) -> Exception:
    missing = (error.name or "").partition(".")[0]
    if missing not in _EXTRA:
        return error
    return ConfigError(
        f"this needs {missing}, which is not installed",
        hint='pip install "prediction-tracker[read]"; a plain .txt file mostly reads without',
    )


def propose(
    article: Extracted,
    model: Model | None = None,
    http: "Http | None" = None,
    *,
    calendars: Sequence[Path] = (),
) -> Proposed:
    """Propose the sentences that forecast.

    Args:
        article: the op-ed; its date of publication is what deadlines count from.
        model: a language model to be asked as well.
        http: how to appear on the network.
        calendars: files of political calendars, tried before the tracker's.

    Raises:
        FetchError: if the model gives no usable answer.
        ConfigError: if the model's address or key cannot be used, the extra is missing, or a
            calendar cannot be read.
    """
    known = load(*calendars) if calendars else default()
    try:
        found = spot.propose(article.text, article.published, known)
    except ModuleNotFoundError as error:
        raise _without_extra(error) from None
    if model is None:
        return Proposed(spot.ranked(found))
    from tracker.articles import llm  # only where one is asked

    answer = llm.propose(
        article.text, base_url=model.base_url, model=model.name, api_key=model.key, http=http
    )
    every = tuple(_with_claims(article, found, answer.claims, model.name, known))
    return Proposed(spot.ranked(every), answer.refused)


def _with_claims(
    article: Extracted,
    found: Sequence[Proposal],
    claims: "Sequence[Placed]",
    model: str,
    known: Calendars,
) -> Iterator[Proposal]:
    """Yield the rules' proposals, and the model's where the rules have none."""
    sentences = split(article.text)
    around = {_sentence_at(sentences, claim.start): claim for claim in reversed(claims)}
    agreed = {sentence.start for sentence in around if sentence is not None}
    for proposal in found:
        if proposal.start in agreed:
            agreement = f"the language model {model} proposes it too"
            yield proposal._replace(reasons=(*proposal.reasons, agreement))
        else:
            yield proposal
    taken = {proposal.start for proposal in found}
    for sentence, claim in around.items():
        if sentence is not None and sentence.start not in taken:
            deadline = _deadline_of(claim.claim.deadline, article, known)
            yield _proposal_of(claim, sentence, deadline, article.text, model)


def _sentence_at(sentences: Sequence[Sentence], place: int) -> Sentence | None:
    return next((each for each in sentences if each.start <= place < each.end), None)


def _deadline_of(words: str | None, article: Extracted, known: Calendars) -> Timex | None:
    place = locate(words or "", article.text)
    if words is None or place is None:
        return None
    read = timex.resolve(words, article.published, known=known, article=article.text)
    return read or Timex(*place, words, "clause", None)


def _proposal_of(
    placed: "Placed", around: Sentence, deadline: Timex | None, text: str, model: str
) -> Proposal:
    claim = placed.claim
    inside = locate(claim.phrase or "", text[placed.start : placed.end])
    shift = placed.start
    return Proposal(
        sentence=around.text,
        start=around.start,
        end=around.end,
        span=(placed.start, placed.end),
        phrase=claim.phrase,
        phrase_at=(inside[0] + shift, inside[1] + shift) if inside else None,
        polarity=claim.polarity,
        deadline=deadline,
        conditional=claim.conditional,
        attributed_to=claim.attributed_to,
        score=_MODEL_SCORE,
        reasons=(f"proposed by the language model {model}",),
    )
