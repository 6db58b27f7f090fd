"""What a message says, read back as a mail program would."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from tracker.errors import NotifyError
from tracker.notify.messages import Letterhead, compose, message_key
from tracker.records import Message, Recipient

if TYPE_CHECKING:
    from notify.conftest import MessageMaker, NoticeMaker

Opened = Callable[[Message], EmailMessage]
Body = Callable[..., str]

EVER = {"deadline": {"ever": True, "horizon": "2029-01-20"}}
TOMORROW = {"deadline": {"by": "2025-09-15"}}


SUBJECTS = [
    ("lead", "Coming up: ultimatum day 50 — Will the Invented Republic light"),
    ("due", "Due: ultimatum day 50 — Will the Invented Republic light"),
    ("overdue", "Overdue: ultimatum day 50 — Will the Invented Republic light"),
    ("escalate", "Still unsettled: ultimatum day 50 — Will the Invented"),
    ("review", "Review: ultimatum day 50 — Will the Invented Republic light"),
]


@pytest.mark.parametrize(("stage", "start"), SUBJECTS)
def test_the_subject_says_what_is_due(
    stage: str, start: str, notice: "NoticeMaker", message: "MessageMaker", opened: Opened
) -> None:
    made = message(notice(stage=stage))
    assert made.subject.startswith(start)
    assert opened(made)["Subject"] == made.subject


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        ({"by": "2025-09-13"}, "Due: 13 September 2025 — "),
        ({"within": "3 months", "of": "oath", "starting": "2025-06-01"}, "Due: 3 months after"),
        ({"within": "50 days", "starting": "2025-07-14"}, "Due: 2 September 2025 — "),
        ({"from": "2025-01-01", "to": "2025-09-13"}, "Due: 1 January 2025 to 13 September 2025 — "),
        ({"ever": True, "horizon": "2025-09-13"}, "Due: ever, horizon 13 September 2025 — "),
    ],
)  # fmt: skip
def test_the_subject_names_the_deadline_of_every_kind(
    deadline: dict[str, Any], words: str, notice: "NoticeMaker", message: "MessageMaker"
) -> None:
    assert message(notice(question={"deadline": deadline})).subject.startswith(words)


def test_the_subject_of_several_counts_them(notice: "NoticeMaker", message: "MessageMaker") -> None:
    four = [notice(question={"id": f"lighthouse-{number}"}) for number in range(4)]
    assert message(*four).subject.startswith("4 questions are due: Will the Invented Republic")


def test_the_subject_of_several_stages_counts_each(
    notice: "NoticeMaker", message: "MessageMaker"
) -> None:
    several = [
        notice(question={"id": f"lighthouse-{number}"}, stage=stage)
        for number, stage in enumerate(["lead", "overdue", "due", "overdue"])
    ]
    assert message(*several).subject == "4 questions: 2 overdue, 1 due and 1 coming up"


def test_a_repeat_goes_under_the_first_and_under_its_subject(
    notice: "NoticeMaker", message: "MessageMaker", opened: Opened
) -> None:
    first = message(notice(stage="due"))
    second = message(notice(stage="overdue", occasion="3"), replies_to=(first.message_id,))
    ids = (first.message_id, second.message_id)
    third = opened(message(notice(stage="overdue", occasion="7"), replies_to=ids))
    assert third["Subject"] == f"Re: {first.subject}"
    assert third["In-Reply-To"] == first.message_id
    assert third["References"].split() == [first.message_id, second.message_id]


def test_a_long_thread_keeps_its_first_message_and_its_latest(
    message: "MessageMaker", opened: Opened
) -> None:
    ids = tuple(f"<{number}@example.org>" for number in range(50))
    named = opened(message(replies_to=ids))["References"].split()
    assert named == ["<0@example.org>", *ids[-10:]]


def test_the_headers_say_that_a_program_wrote_it(message: "MessageMaker", opened: Opened) -> None:
    mail = opened(message(list_unsubscribe="desk@example.org"))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<mailto:desk@example.org>"
    assert mail["From"] == "Prediction tracker <tracker@example.org>"
    assert mail["To"] == "desk@example.org"
    assert mail["Date"] == "Sun, 14 Sep 2025 07:00:00 +0000"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_message_id_is_derived_and_stable(message: "MessageMaker", letter: Letterhead) -> None:
    # The same reminders rendered later, under another ledger head, are the same message.
    later = replace(letter.head, sequence=2000)
    assert message().message_id == message(head=later, sent=letter.sent).message_id
    assert message().message_id != message(key=b"of another instance").message_id
    assert message().message_id.endswith("@example.org>")


def test_the_same_notices_render_to_the_same_bytes(message: "MessageMaker") -> None:
    assert message().raw == message().raw


def test_the_key_knows_every_part_of_a_reminder_and_no_order(notice: "NoticeMaker") -> None:
    desk = Recipient(address="desk@example.org")
    other = notice(question={"id": "lunar-harbour"})
    changed = [
        [notice(revision=2)],
        [notice(stage="overdue")],
        [notice(occasion="3")],
        [notice(), other],
        [other],
    ]
    keys = {message_key(one, desk) for one in [[notice()], *changed]}
    keys |= {message_key([notice()], Recipient(address="other@example.org"))}
    keys |= {message_key([notice()], Recipient(address="desk@example.org", channel="apprise"))}
    assert len(keys) == 8
    assert message_key([notice(), other], desk) == message_key([other, notice()], desk)


def test_what_cannot_be_said_yet_is_not_offered(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    text = body(message(notice(stage="review", question=EVER)))
    assert "tracker resolve lunar-lighthouse yes" in text
    assert "tracker resolve lunar-lighthouse no" not in text
    assert "ambiguous" not in text
    assert "“No” can be said once its horizon, 20 January 2029, has passed." in text


def test_no_can_be_said_from_the_closing_instant_on(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    # The question's zone decides, not the recipient's date: Kiribati is 14 hours ahead of UTC.
    asked = notice(question={"deadline": {"by": "2025-09-14"}, "zone": "Pacific/Kiritimati"})
    closes = asked.dossier.question.closes_at
    command = "tracker resolve lunar-lighthouse no"
    assert command in body(message(asked, sent=closes))
    assert command not in body(message(asked, sent=closes - timedelta(microseconds=1)))


def test_a_condition_is_told_and_can_fail(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    made = message(notice(question={"condition": "The Invented Board still exists."}))
    assert "Only if\n  The Invented Board still exists." in body(made)
    assert "condition-not-met" in body(made)
    assert "condition-not-met" not in body(message())


def test_a_forecast_recorded_after_the_deadline_is_marked(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    late = message(notice(retrospective=True))
    for kind in ("plain", "html"):
        assert "Retrospective" in body(late, kind)
        assert "Retrospective" not in body(message(), kind)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({"phrase": "unlikely"}, "Readers take “unlikely” to mean 20 % (10–25)."),
        (
            {"phrase": "highly likely", "negated": True},
            "Readers take “highly likely” to mean 90 % (80–90), said here of its not happening.",
        ),
        ({"phrase": "about as likely as not"}, "(33–66; source: IPCC AR5 and AR6"),
        ({"probability": "0.07"}, "Gave it 7 %."),
        ({"range": ["0.05", "0.2"]}, "Gave it 5–20 %."),
        ({"probability": "0.9", "negated": True}, "Gave its not happening 90 %."),
    ],
)
def test_how_sure_the_words_are(
    reading: dict[str, Any],
    words: str,
    notice: "NoticeMaker",
    message: "MessageMaker",
    body: Body,
) -> None:
    text = body(message(notice(forecasts=[{"reading": reading}])))
    assert words in " ".join(text.split())


def test_every_forecast_is_quoted_with_who_and_where(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    said = [
        {"author": "Ada Fabricated"},
        {"author": "Bo Imaginary", "quote": "it will “shine”, and soon"},
        {"author": "Invented Exchange", "article": None, "quote": None, "source": "crowd",
         "made_on": "2025-07-16", "reading": {"probability": "0.31"}},
    ]  # fmt: skip
    made = message(notice(forecasts=said, article={"title": "Light above"}))
    for kind in ("plain", "html"):
        text = body(made, kind).replace("<b>", "").replace("</b>", "")
        assert "Ada Fabricated, “Light above”, The Invented Gazette, 15 July 2025" in text
        assert "“it will “shine”, and soon”" in text
        assert "Invented Exchange, 16 July 2025" in text


def test_two_stages_of_one_question_make_one_entry(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    question = {**TOMORROW, "checkpoints": [{"name": "half way", "on": "2025-09-14"}]}
    made = message(
        notice(stage="lead", question=question),
        notice(stage="checkpoint", occasion="half way", question=question),
    )
    assert made.subject.startswith("Checkpoint: half way — ")
    assert body(made).startswith(
        "Checkpoint: half way, 14 September 2025, today\nComing up: 15 September 2025, tomorrow\n"
    )
    assert body(made).count("tracker resolve lunar-lighthouse yes") == 1


@pytest.mark.parametrize("occasion", ["half way", "2025-09-14, half way"])
def test_a_checkpoint_also_names_the_deadline(
    occasion: str, notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    question = {**TOMORROW, "checkpoints": [{"name": "half way", "on": "2025-09-14"}]}
    made = message(notice(stage="checkpoint", occasion=occasion, question=question))
    assert made.subject.startswith("Checkpoint: half way — ")
    assert body(made).startswith("Checkpoint: half way, 14 September 2025, today\n")
    assert "\nDeadline: 15 September 2025, tomorrow\n" in body(made)


def test_the_most_urgent_comes_first(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    ranks = ["lead", "review", "checkpoint", "due", "escalate", "overdue"]
    made = message(*(notice(stage=stage, question={"id": f"moon-{stage}"}) for stage in ranks))
    text = body(made)
    places = [text.index(f"tracker resolve moon-{stage} yes") for stage in reversed(ranks)]
    assert places == sorted(places)


@pytest.mark.slow
def test_a_thousand_questions_make_one_message_that_names_them_all(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    # After a week of downtime: one message, of a size that a server takes, and nothing left out.
    made = message(*(notice(stage="overdue", question={"id": f"moon-{n}"}) for n in range(1000)))
    assert made.subject.startswith("1,000 questions are overdue: ")
    for kind in ("plain", "html"):
        text = body(made, kind)
        assert all(f"moon-{number}" in text for number in range(1000))
    assert len(made.raw) < 2_000_000


def test_a_question_that_everybody_wrote_about_keeps_the_message_short(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    crowd = [{"author": f"Writer {number}"} for number in range(40)]
    text = body(message(notice(forecasts=crowd)))
    assert text.count("Readers take") == 25
    assert "  and 15 more:\n    tracker show lunar-lighthouse\n" in text


def test_a_lead_carries_its_date_for_a_calendar(
    notice: "NoticeMaker", message: "MessageMaker", opened: Opened
) -> None:
    mail = opened(message(notice(stage="lead", question=TOMORROW)))
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_filename() == "deadlines.ics"
    assert "UID:lunar-lighthouse@example.org" in str(attachment.get_content())
    assert not list(opened(message(notice(stage="due"))).iter_attachments())


def test_the_footer_witnesses_the_ledger(message: "MessageMaker", body: Body) -> None:
    for kind in ("plain", "html"):
        assert "9f" * 32 in body(message(), kind)
        assert "event 1,234" in body(message(), kind)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sent": datetime(2025, 9, 14)}, "no zone"),  # noqa: DTZ001 - what is refused
        ({"sender": "nobody"}, "not an e-mail address"),
        ({"domain": "exa mple"}, "not a Message-ID"),
        ({"replies_to": ("not an id",)}, "not a Message-ID"),
        ({"replies_to": ("<a@b>\r\nBcc: x@y.org",)}, "not a Message-ID"),
        ({"list_unsubscribe": "javascript:alert(1)"}, "unsubscribe"),
        ({"list_unsubscribe": "a@b.org>, <mailto:c@d.org"}, "unsubscribe"),
    ],
)
def test_what_cannot_be_composed_is_refused_for_good(
    changes: dict[str, Any], says: str, message: "MessageMaker"
) -> None:
    with pytest.raises(NotifyError, match=says) as caught:
        message(**changes)
    assert caught.value.permanent


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@example.org",
        "a@b\r\nBcc: c@d.org",
        "<a@b>>",
        "=?utf-8?q?=22?=@example.org",
    ],
)
def test_a_recipient_that_is_no_address_is_refused_for_good(
    address: str, notice: "NoticeMaker", letter: Letterhead
) -> None:
    with pytest.raises(NotifyError) as caught:
        compose(
            [notice()],
            recipient=Recipient.model_construct(address=address, channel="email", zone="UTC"),
            letter=letter,
            today=letter.sent.date(),
        )
    assert caught.value.permanent


def test_a_message_about_nothing_is_refused(letter: Letterhead) -> None:
    with pytest.raises(NotifyError, match="nothing to say"):
        compose(
            [],
            recipient=Recipient(address="desk@example.org"),
            letter=letter,
            today=letter.sent.date(),
        )
