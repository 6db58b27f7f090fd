"""The dialogue of `tracker read`: each key, the editor, look-alikes, coming back, the record."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import Result
from desk import Terminal

from tracker.records import Forecast, VagueClaim
from tracker.store.verify import verify

OP_ED = """\
The harbour bridge was promised for the spring. It won’t be finished. The bridge is highly unlikely
to open before June 2027.

If the province withholds its grant, the project will be cancelled by the end of 2026. It is
possible that the ferry will return one day.
"""
NO_FORECAST = "The harbour bridge was promised for the spring. The council sold the pier in 1987.\n"
ARTICLE = "ada-fabricated-the-invented-gazette-2026-03-01"
WHO = (
    "--author",
    "Ada Fabricated",
    "--outlet",
    "The Invented Gazette",
    "--published",
    "2026-03-01",
)
# The proposals in their order: the bridge, the ferry, the project, "It won't be".
BRIDGE = "The bridge is highly unlikely to open before June 2027."
# A person at an editor: writes what belongs into the gaps, and whatever else the test says.
EDITOR = """\
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
with open({log!r}, "a", encoding="utf-8") as log:
    log.write(page + chr(12))
page = re.sub(r"\\[FILL IN:\\s+which\\s+source\\]", "the port register", page)
page = re.sub(r"\\[FILL IN:[^]]*\\]", "it does", page)
page = re.sub(r"FILL-IN(?=[,}}])", "2030-01-01", page).replace("FILL-IN", "0.3")
{more}
open(sys.argv[1], "w", encoding="utf-8").write(page)
"""


class Desk:
    """A person at the terminal, with an editor."""

    def __init__(self, terminal: Terminal, patch: pytest.MonkeyPatch) -> None:
        self.terminal, self.patch = terminal, patch
        self.log = terminal.folder / "editor.log"
        patch.delenv("VISUAL", raising=False)
        self.editor("")

    def editor(self, more: str) -> None:
        """Teach the editor something more, a line of Python."""
        script = self.terminal.folder / "editor.py"
        script.write_text(EDITOR.format(log=str(self.log), more=more), "utf-8")
        self.patch.setenv("EDITOR", f"{sys.executable} {script}")

    def read(self, keys: str, *args: str, text: str = OP_ED, code: int = 0) -> Result:
        file = self.terminal.folder / "op-ed.txt"
        file.write_text(text, "utf-8")
        given = args or (*WHO, "--chosen", "all")
        return self.terminal("read", str(file), "--ask", *given, stdin=keys, code=code)

    def pages(self) -> list[str]:
        """What the editor was opened on, in order."""
        return self.log.read_text("utf-8").split("\f")[:-1] if self.log.exists() else []

    def actions(self) -> list[str]:
        with self.terminal.open().store.reading() as tx:
            return [entry.action for entry in tx.ledger.entries()]

    def forecasts(self) -> list[Forecast]:
        with self.terminal.open().store.reading() as tx:
            names = tx.recorded.question_ids()
            dossiers = [tx.recorded.dossier(name) for name in names]
        return [said.forecast for each in dossiers for said in each.statements]

    def claims(self) -> list[VagueClaim]:
        with self.terminal.open().store.reading() as tx:
            return list(tx.recorded.all_vague_claims())

    def drafts(self) -> list[Path]:
        return sorted((self.terminal.folder / "data" / "drafts").glob("*"))


@pytest.fixture
def desk(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(terminal, monkeypatch)


def test_a_proposal_is_kept_with_its_question_phrase_and_deadline(desk: Desk) -> None:
    result = desk.read("yksssy")
    [forecast] = desk.forecasts()
    assert (forecast.quote, forecast.reading.words) == (BRIDGE, "“highly unlikely”")
    shown = desk.terminal("show", forecast.question).stdout
    assert "Will the bridge open by 31 May 2027?" in shown
    assert f"new forecast {forecast.id}" in result.output
    assert desk.actions() == [
        "article.recorded",
        "article.read",
        "question.recorded",
        "forecast.recorded",
        "quote.placed",
    ]
    assert desk.drafts() == []


def test_what_is_half_read_is_listed_with_the_command_that_goes_on(desk: Desk) -> None:
    """Whoever came back after a week had to know which op-eds they had begun."""
    assert "Nothing is half read." in desk.terminal("read").stdout
    desk.read("ykq")
    said = desk.terminal("read").stdout
    assert "    tracker read /" in said
    assert said.startswith(
        "untitled (ada-fabricated-the-invented-gazette-2026-03-01): 1 decided so far\n"
    )
    listed = json.loads(desk.terminal("read", "--format", "json").stdout)["half_read"]
    assert [each["decided"] for each in listed] == [1]
    again = desk.terminal("read", listed[0]["source"], "--ask", *WHO, stdin="sssy")
    assert "new forecast" in again.output
    assert "Nothing is half read." in desk.terminal("read").stdout


def test_what_was_read_verifies(desk: Desk) -> None:
    """The chain, and the tables that are rebuilt from it, snapshots and places included."""
    desk.read("ykvysksy")
    store = desk.terminal.open().store
    with store.reading() as tx:
        assert list(verify(tx._conn).findings.kept) == []  # noqa: SLF001 - the face comes later


def test_a_will_not_is_kept_as_words_about_its_not_happening(desk: Desk) -> None:
    desk.read("ysssky")
    assert [each.reading.words for each in desk.forecasts()] == ["not: “will”"]


def test_a_vague_claim_says_what_is_missing(desk: Desk) -> None:
    desk.read("ysvtyssy")
    [claim] = desk.claims()
    assert claim.quote == "It is possible that the ferry will return one day."
    assert claim.missing == ("threshold", "deadline")


def test_a_claim_that_lacks_nothing_is_not_vague(desk: Desk) -> None:
    shown = desk.read("yvyeyq").output
    assert shown.count("What is missing?") == 3


def test_an_op_ed_whose_proposals_are_all_skipped_is_recorded_as_read(desk: Desk) -> None:
    shown = desk.read("yssssy").output
    assert "recorded as read, and found to hold no forecast" in shown
    with desk.terminal.open().store.reading() as tx:
        [read] = tx.snapshots.of(ARTICLE)
        assert (read.snapshot.proposed, read.snapshot.kept) == (4, 0)
        assert tx.snapshots.counts() == (1, 1)
    assert desk.actions() == ["article.recorded", "article.read"]


def test_an_op_ed_without_any_proposal_is_recorded_as_read(desk: Desk) -> None:
    shown = desk.read("yy", text=NO_FORECAST).output
    assert "No sentence of it forecasts" in shown
    assert desk.actions() == ["article.recorded", "article.read"]


def test_nothing_is_recorded_before_the_person_says_so(desk: Desk) -> None:
    assert "Nothing was recorded. 4 decided so far" in desk.read("yksssq").output
    assert desk.actions() == []


def test_who_comes_back_goes_on_where_they_stopped(desk: Desk) -> None:
    desk.read("yksq")
    shown = desk.read("ssy").output
    assert "You have been here: 2 decided so far" in shown
    assert "── 1 of 4" not in shown
    assert len(desk.forecasts()) == 1
    assert desk.drafts() == []


def test_the_end_of_the_input_loses_nothing(desk: Desk) -> None:
    """A terminal that is closed is a person who comes back."""
    desk.read("yk")
    desk.read("sssy")
    assert len(desk.forecasts()) == 1


def test_a_kill_right_after_the_record_repeats_nothing(desk: Desk) -> None:
    """The record is one transaction, the notebook a file: a kill may come between the two."""
    desk.read("yksssq")
    [file] = desk.drafts()
    kept = file.read_bytes()
    desk.read("y")
    file.write_bytes(kept)
    shown = desk.read("y").output
    assert "unchanged forecast" in shown
    assert len(desk.forecasts()) == 1


def test_going_back_changes_a_decision(desk: Desk) -> None:
    shown = desk.read("ykbssssy").output
    assert "── 1 of 4 ─────" in shown
    assert "kept ──" in shown
    assert desk.forecasts() == []


def test_going_back_from_the_end_shows_the_last_one(desk: Desk) -> None:
    desk.read("yssssbky")
    assert [each.reading.words for each in desk.forecasts()] == ["not: “will”"]


def test_a_draft_that_comes_back_as_it_was_keeps_nothing(desk: Desk) -> None:
    """Who closes the editor without a change has changed their mind; they are not scolded."""
    desk.editor("page = open(sys.argv[1], encoding='utf-8').read()")
    shown = desk.read("ykssssy").output
    assert "The draft came back as it was: nothing is kept of it." in shown
    assert "FILL IN" not in shown
    assert desk.forecasts() == []


FERRY = "that the ferry will return one day"


def test_a_forecast_that_the_rules_did_not_see_is_added_by_its_words(desk: Desk) -> None:
    """One sentence may hold two forecasts, and rules miss some: a person points at the words."""
    shown = desk.read("ya" + f"by the end  of 2026\nsssssa{FERRY}\nky").output
    assert "── 1 of 5 ─" in shown
    assert "── 6 of 6 ─" in shown
    assert "pointed at by you" in shown
    [forecast] = desk.forecasts()
    assert (forecast.quote, forecast.reading.words) == (FERRY, "“will”")
    assert "Will the ferry return one day?" in desk.terminal("show", forecast.question).stdout


def test_words_that_do_not_stand_in_the_text_are_not_added(desk: Desk) -> None:
    shown = desk.read("yaThe pier will sink.\n\nq").output
    assert "These words do not stand in the text." in shown
    assert "1 of 5" not in shown


def test_what_was_added_is_there_when_the_person_comes_back(desk: Desk) -> None:
    desk.read(f"ya{FERRY}\nq")
    shown = desk.read("sssskyq").output
    assert "── 5 of 5 ─" in shown
    assert FERRY in desk.pages()[0]
    assert len(desk.forecasts()) == 1


def test_an_op_ed_without_a_proposal_can_be_given_one(desk: Desk) -> None:
    desk.read("yaThe council sold the pier\nky", text=NO_FORECAST)
    assert [each.reading.words for each in desk.forecasts()] == ["30 %"]


def test_going_back_from_the_first_corrects_who_wrote_it(desk: Desk) -> None:
    """A typing error in the first answer must not cost the whole reading."""
    shown = desk.read("ysbbBo Invented\n\n\n\nfssssy").output
    assert "1 decided so far for ada-fabricated" in shown
    with desk.terminal.open().store.reading() as tx:
        [article] = tx.recorded.all_articles()
    assert (article.authors, article.id) == (
        ("Bo Invented",),
        "bo-invented-the-invented-gazette-2026-03-01",
    )


def test_going_back_from_the_first_and_changing_nothing_forgets_nothing(desk: Desk) -> None:
    desk.read("ykbb\n\n\nPiers\nsssy")
    assert len(desk.forecasts()) == 1
    with desk.terminal.open().store.reading() as tx:
        assert [each.title for each in tx.recorded.all_articles()] == ["Piers"]


def test_what_is_recorded_of_the_article_stays(desk: Desk) -> None:
    desk.read("yssssy")
    assert f"recorded already as {ARTICLE}, and stays" in desk.read("bq").output


def test_who_comes_back_hears_what_was_given_now_and_is_not_used(desk: Desk) -> None:
    desk.read("ysq")
    shown = desk.read("q", *WHO, "--title", "Piers").output
    assert "The title given now is not used" in shown
    assert "Ada Fabricated, The Invented Gazette, 1 March 2026" in " ".join(shown.split())


def test_a_file_that_is_emptied_keeps_nothing(desk: Desk) -> None:
    desk.editor("page = ''")
    desk.read("ykssssy")
    assert desk.forecasts() == []


def test_a_gap_that_is_left_is_named_and_the_text_comes_back(desk: Desk) -> None:
    desk.editor("page = page.replace('it does', '[FILL IN: what exactly]', 1)")
    shown = desk.read("ykbssssy").output
    assert "criteria: it still has a gap: [FILL IN: what exactly]" in " ".join(shown.split())
    desk.read("ykebssssy")
    assert "[FILL IN: what exactly]" in desk.pages()[-1]
    assert "the port register" in desk.pages()[-1]


WRONG = {
    "a quote with a word changed": (
        "page.replace('open before', 'close before')",
        "does not stand in",
    ),
    "typography changed": ("page.replace('quote: The bridge', 'quote: The  bridge')", None),
    "another article": (f"page.replace('article: {ARTICLE}', 'article: x')", "no article 'x'"),
    "an unknown phrase": ("page.replace('phrase: highly', 'phrase: hugely')", "no lexicon knows"),
    "two questions": (
        "page + page.split('questions:\\n')[1].replace('id: ', 'id: other-')",
        "one question with one forecast",
    ),
    "not YAML": ("page.replace('deadline: {', 'deadline: ')", "draft:"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_editor_brings_back_is_checked(desk: Desk, name: str) -> None:
    change, said = WRONG[name]
    desk.editor(f"page = {change}")
    if said is None:
        desk.read("yksssy")
        assert len(desk.forecasts()) == 1
    else:
        assert said in " ".join(desk.read("ykbssssy").output.split())
        assert desk.forecasts() == []


def test_an_editor_that_is_not_there_loses_nothing(desk: Desk) -> None:
    desk.patch.setenv("EDITOR", "/nowhere/editor")
    result = desk.read("ysk", code=5)
    assert "set EDITOR" in result.stderr
    desk.editor("")
    assert "You have been here: 1 decided so far" in desk.read("q").output


OTHER = "The harbour bridge will probably open before June 2027. We have waited long.\n"
BO = ("--author", "Bo Invented", "--outlet", "Daily Figment", "--published", "2026-03-02")


def test_columnists_who_say_the_same_share_a_question(desk: Desk) -> None:
    """A look-alike is offered before the editor opens, and taken with one key."""
    desk.read("yksssy")
    shown = desk.read("yk1yy", *BO, "--chosen", "tip", text=OTHER).output
    assert "Will the bridge open by 31 May 2027? (31 May 2027;" in shown
    assert len(desk.pages()) == 1
    assert [(each.author, each.question) for each in desk.forecasts()] == [
        ("Ada Fabricated", "bridge-open-by-31-may-2027"),
        ("Bo Invented", "bridge-open-by-31-may-2027"),
    ]


def test_a_look_alike_that_asks_otherwise_leaves_room_for_a_new_question(desk: Desk) -> None:
    desk.read("yksssy")
    desk.read("yknyy", *BO, "--chosen", "tip", text=OTHER)
    assert len({each.question for each in desk.forecasts()}) == 2


def test_a_shared_question_may_be_spoken_of_the_other_way_round(desk: Desk) -> None:
    desk.read("yksssy")
    desk.read("yk1nyy", *BO, "--chosen", "tip", text=OTHER)
    assert [each.reading.words for each in desk.forecasts()][1] == "not: “probably”"


def test_what_nobody_stated_is_asked_for(desk: Desk) -> None:
    answers = "Ada Fabricated, Bo Invented\nGazette\nsoon\nMarch 2026\ntip\n"
    desk.read(f"{answers}y", "--title", "Bridges", text=NO_FORECAST)
    with desk.terminal.open().store.reading() as tx:
        [article] = tx.recorded.all_articles()
    assert article.authors == ("Ada Fabricated", "Bo Invented")
    assert (article.outlet, str(article.published_on)) == ("Gazette", "2026-03")
    assert (article.title, article.chosen) == ("Bridges", "tip")


def test_what_was_found_wrongly_is_corrected(desk: Desk) -> None:
    desk.read("eBo Invented\n\n2026-02-28\n\ny", *WHO, "--chosen", "all", text=NO_FORECAST)
    with desk.terminal.open().store.reading() as tx:
        [article] = tx.recorded.all_articles()
    assert (article.authors, str(article.published_on)) == (("Bo Invented",), "2026-02-28")


def test_a_text_that_was_read_before_is_said_to_be(desk: Desk) -> None:
    desk.read("yksssy")
    shown = desk.read("ssssy").output
    assert "read on 2026-03-02 by Ada: 1 of 4 proposals kept" in " ".join(shown.split())
    assert f"Recorded already as {ARTICLE}" in shown


def test_nothing_on_the_screen_is_wider_than_80_columns(desk: Desk) -> None:
    desk.read("yksssy")
    shown = desk.read("yk1nyyq", *BO, "--chosen", "tip", text=OTHER).output
    shown += desk.read("?v?bkbssssy", *WHO, "--chosen", "all", text=OP_ED + "More.").output
    long = [line for line in shown.splitlines() if len(line) > 80 and not line.startswith("new ")]
    assert [line for line in long if str(desk.terminal.folder) not in line] == []


def test_without_anybody_to_ask_the_ways_without_are_named(desk: Desk) -> None:
    file = desk.terminal.folder / "op-ed.txt"
    file.write_text(OP_ED, "utf-8")
    said = desk.terminal.refused("read", str(file), code=5)
    assert "--propose" in said
    assert "--yaml" in said


@pytest.mark.parametrize("content", ["", "[]", '{"version": 2}', '{"version": 1, "article": 1}'])
def test_a_notebook_that_cannot_be_read_is_named(desk: Desk, content: str) -> None:
    desk.read("ykq")
    [file] = desk.drafts()
    file.write_text(content, "utf-8")
    result = desk.read("ssssy", code=5)
    assert str(file) in result.stderr
    assert len(result.stderr.splitlines()) == 1
