"""Sentences with exact offsets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.sentences import paragraphs, split

CASES = {
    "a country's initials inside a sentence": ["The U.S. will win.", "So will the E.U. in time."],
    "a country's initials at the end": ["He left the U.S.", "The next day he was back."],
    "titles and initials": ["Mr. J. R. Oduya met Sen. Dale Purvis.", "George W. Bush did not."],
    "a month before its day": ["The vote is on Nov. 4.", "It will be close."],
    "a number and a refusal": ["No. 10 said no.", "No.", "He won't go."],
    "decimal figures": ["Growth was 3.4 percent.", "Prices rose 2.1."],
    "an ellipsis that goes on and one that ends": ["So … it goes.", "He waited...", "Nobody came."],
    "a quotation of three sentences": ["“We will win.", "We will not stop.", "Never,” he said."],
    "a question that is quoted": ["“Will it hold?” she asked.", "It will not."],
    "a question quoted from a name": ["“Will it hold?” Colonel Desh asked.", "It will not."],
    "em dashes": ["The bill—which seems dead—was his.", "It is gone — for good."],
    "a company": ["Halcyon Motors Inc. will sell.", "Nobody will buy."],
    "exclamations": ["Great!", "Now what?!", "Nothing."],
    "a bracketed sentence": ["It failed. (It always does.)", "We moved on."],
    "initials that end": ["J. Q. Public left the E.U.", "So did he.", "J. K. did not."],
    "a case at law": ["Roe v. Wade will stay.", "Ada v. United States will not."],
    "a party in brackets": ["Sen. Bo (D-Mass.) Tuesday said no.", "Rep. Ada (R-Ga.) will run."],
    "a junior and a senior": ["Bo Invented Jr. will run.", "He is no Bo Invented Sr.", "He knows."],
    "a saint and a street": ["St. Ada will flood.", "He left Wall St.", "The index fell."],
    "a department": ["The Dept. of Piers will act.", "It has no other Dept.", "They know."],
    "an hour and what follows it": ["Polls close at 5 p.m. Monday.", "At 9 p.m.", "Voters sleep."],
    "an hour of a zone": ["It opens at 9 a.m. Eastern time.", "It shuts at 5 p.m.", "Then, sleep."],
    "words that are abbreviations only with a capital": [
        "They fell ill.", "Doctors came.", "The crowd sat in the sun.", "They left.", "Nobody sat.",
    ],
    "et cetera": ["Tariffs, taxes, etc.", "Voters will pay.", "Ships, piers, etc. will pay."],
    "a title that asks": ["In “What Now?” Ada Fabricated argues it will end.", "She is right."],
    "a speaker with a long title": ["“Can it last?” Mayor Bo of New Pier wondered.", "No."],
    "a name that begins small": ["That was 2020.", "iPhones will go.", "eBay will buy them."],
    "a paragraph of a law": ["It stands.", "§ 230 will be repealed."],
    "numbers of notes": ["It will end.[1]", "It will not.[2]", "Nobody knows.*", "We do."],
    "a glued title": ["It is Mr.Imaginary of St.Ada and J.Fabricated.", "They will go."],
    "an elision that opens": ["It is late.", "’Twas ever thus.", "Still, it will end."],
    "an ellipsis of blanks": ["It will . . . fall.", "Then . . . nothing."],
    "quotations one after the other": ["“He will.”", "“He won’t.”", "‘Both,’ said Bo.", "‘Never.’"],
    "a quotation in a quotation": ["“He said, ‘We will win.’”", "They lost."],
    "a quotation that ends the sentence around it": ["He said, “We will see.”", "We will."],
    "dashes for em dashes": ["It will go on -- and on.", "Then -- nothing -- it ends."],
    "a number that opens": ["It will end soon.", "2030 is late.", "$5 is a lot.", "5,000 will go."],
}  # fmt: skip


@pytest.mark.parametrize("wanted", CASES.values(), ids=CASES)
def test_sentences_come_out_as_a_reader_would_cut_them(wanted: list[str]) -> None:
    text = " ".join(wanted)
    got = [one.text for one in split(text)]
    assert got == [piece for one in wanted for piece in _bracketed(one)]


def _bracketed(sentence: str) -> list[str]:
    # A sentence in brackets stands on its own behind the one before it.
    return sentence.replace(". (", ".\n(").split("\n")


def test_paragraphs_that_were_glued_together_come_apart() -> None:
    # Extraction loses the break between paragraphs: "the end.The next".
    glued = ["It is the end.", "The next one begins at 5%.", "I know.", "A man asked.",
             "“Will it?”", "Nobody answered…", "Then he left."]  # fmt: skip
    assert [one.text for one in split("".join(glued))] == glued


def test_a_domain_name_or_a_version_is_not_cut() -> None:
    text = "Write to example.com or www.Gazette.example about version 3.11.4 today."
    assert [one.text for one in split(text)] == [text]


def test_a_heading_without_a_full_stop_is_a_sentence_of_its_own() -> None:
    text = "Why the Levy Will Fail\n\nIt asks too much.\n\nWhat comes next\nNobody knows."
    assert [one.text for one in split(text)] == [
        "Why the Levy Will Fail",
        "It asks too much.",
        "What comes next",
        "Nobody knows.",
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The blockade will not be lifted this year, and the men\n"
        "who say otherwise are talking to each other and not to\n"
        "Donald Fabricated, who runs it."
    )
    assert len(split(text)) == 1
    assert paragraphs(text) == ((0, len(text)),)


def test_numbers_of_a_list_are_not_sentences() -> None:
    assert [one.text for one in split("1. Cut rates.\n2. Wait.")] == ["1. Cut rates.", "2. Wait."]


@pytest.mark.parametrize(
    "piece", ["the levy will go and ", "will, ", "; and", "x\n", "Mr. ", "..", "“"]
)
def test_a_text_without_an_end_is_cut_into_pieces_of_a_bounded_length(piece: str) -> None:
    # A transcript has no full stops; spotting in one "sentence" of 30,000 signs took half a minute.
    text = piece * (60_000 // len(piece))
    found = split(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())
    assert len(found) == 1 or max(len(one.text) for one in found) <= 1200


@given(
    st.lists(st.sampled_from(sorted({each for case in CASES.values() for each in case}))),
    st.sampled_from(["\n\n", "\n \n\t", "\n\n\n"]),
)
def test_paragraphs_never_touch_each_others_sentences(chosen: list[str], between: str) -> None:
    # What stands in one paragraph must not change how another is cut: offsets shift, cuts stay.
    alone = [one.text for paragraph in chosen for one in split(paragraph)]
    assert [one.text for one in split(between.join(chosen))] == alone


@given(st.text(alphabet="aB .!?…\n“”\"'()—3U,;") | st.text())
def test_offsets_are_exact_and_nothing_is_lost(text: str) -> None:
    # A quote is checked against its snapshot by these offsets: one off would refuse it.
    found = split(text)
    for one in found:
        assert text[one.start : one.end] == one.text
        assert one.text == one.text.strip()
    assert all(one.end <= two.start for one, two in pairwise(found))
    kept = "".join("".join(one.text.split()) for one in found)
    assert kept == "".join(text.split())
