"""When named events take place: by rule, by list, and never from a gap."""

import itertools
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles import calendars, timex
from tracker.articles.occasions import Occasions, ruled
from tracker.dates import ApproxDate, add_months
from tracker.errors import ConfigError

KNOWN = calendars.default()
US = "The White House and Congress disagree; Democrats and Republicans fume in Washington."
ALL = [
    (name, event)
    for name, events in sorted(KNOWN.events.items())
    for event in events
]  # fmt: skip


def dated(words: str, day: str, article: str) -> str | None:
    """Return the date of words behind an article of that day."""
    found = timex.resolve(words, ApproxDate.parse(day), article=article)
    return found.label if found else None


@given(st.sampled_from(ALL), st.dates(date(1985, 1, 1), date(2045, 12, 31)))
def test_no_event_is_read_from_a_gap(named: tuple[str, calendars.Event], day: date) -> None:
    # The fault: "before the midterms" of 2002 read as those of 2018, with which the table began.
    _, event = named
    period = event.occasions.next(day)
    if period is not None:
        round_on = add_months(day, 12 * event.occasions.every) + timedelta(weeks=5)
        assert period[0] <= round_on
        assert period[1] >= day


@pytest.mark.parametrize(
    "name", ["midterms", "election", "super bowl", "world cup", "local elections"]
)
def test_what_is_meant_never_moves_back_as_time_goes_on(name: str) -> None:
    for event in KNOWN.events[name]:
        days = (date(1985, 1, 1) + timedelta(days=7 * week) for week in range(52 * 60))
        found = [period for day in days if (period := event.occasions.next(day))]
        # Where a vote was called early, a nearer one takes the place of a later.
        early = any(one.since > date.min for one in event.occasions.listed)
        assert early or found == sorted(found)


def test_every_entry_of_the_table_can_be_worked_out() -> None:
    # The fault: a slip of the pen in an entry that no op-ed of the tests names.
    for _, event in ALL:
        event.occasions.check()
    for office in KNOWN.offices.each:
        office.check()


def test_listed_times_stand_in_order_and_do_not_overlap() -> None:
    for name, event in ALL:
        sure = [one for one in event.occasions.listed if one.until == date.max]
        assert all(one.first <= one.last for one in sure), name
        assert all(one.last < two.first for one, two in itertools.pairwise(sure)), name


def test_terms_of_an_office_do_not_overlap_for_long() -> None:
    # A term by law may go on behind the resignation that cut it short.
    for office in KNOWN.offices.each:
        if not office.country:
            continue
        for term in office.terms:
            assert term.begins < term.ends
            assert (term.ends - term.begins).days < 366 * 7 + 10


RULES = {
    "12-25": (2025, "2025-12-25"),
    "11-02 tuesday": (2022, "2022-11-08"),
    "11-23 friday": (2024, "2024-11-29"),
    "11-27 sunday": (2016, "2016-11-27"),
    "05-18 monday": (2026, "2026-05-18"),
    "4 thursday 11": (2025, "2025-11-27"),
    "-1 monday 5": (2027, "2027-05-31"),
    "easter-2": (2026, "2026-04-03"),
}


@pytest.mark.parametrize(("rule", "day"), RULES.items())
def test_a_rule_gives_the_day_of_a_year(rule: str, day: tuple[int, str]) -> None:
    assert str(ruled(rule, day[0])) == day[1]


# Certificates of the Clerk of the House, and history.
ELECTIONS = {
    "1990-06-01": "1990-11-06", "1994-10-01": "1994-11-08", "1996-02-01": "1996-11-05",
    "2000-03-01": "2000-11-07", "2002-01-15": "2002-11-05", "2006-11-07": "2006-11-07",
    "2006-11-08": "2008-11-04", "2010-05-05": "2010-11-02", "2016-01-01": "2016-11-08",
    "2044-01-01": "2044-11-08",
}  # fmt: skip


@pytest.mark.parametrize(("day", "election"), ELECTIONS.items())
def test_american_elections_come_by_the_law_s_rule(day: str, election: str) -> None:
    assert dated("on Election Day", day, US) == election


SAID = {
    # The next of those that come round.
    ("before the midterms", "2002-07-19"): "2002-11-04",
    ("before the midterms", "2014-10-20"): "2014-11-03",
    ("before the Super Bowl", "2015-12-03"): "2016-02-06",
    ("before the next Winter Olympics", "2013-01-30"): "2014-02-06",
    ("by the next World Cup", "1999-05-01"): "2002-05-31",
    ("before the presidential election", "1992-03-01"): "1992-11-02",
    ("before the election", "2024-05-09"): "2024-11-04",
    ("by the next election", "2024-05-09"): "2024-11-05",
    ("before the general election", "2004-05-09"): "2004-11-01",
    # In a year that has none, which is meant nobody said.
    ("by the next election", "2025-05-09"): None,
    # The year beside the name.
    ("before the 2028 election", "2027-06-07"): "2028-11-06",
    ("in the 2026 elections", "2025-06-07"): "2026-11-03",
    ("by the 2024 presidential election", "2021-06-07"): "2024-11-05",
    ("before the election of 2016", "2013-06-07"): "2016-11-07",
    ("on Election Day 2020", "2019-06-07"): "2020-11-03",
    ("ahead of the 2030 midterms", "2027-06-07"): "2030-11-04",
    ("before the 2020 census", "2017-06-07"): "2020-03-31",
    ("before the 2016 Olympics", "2014-06-07"): "2016-08-04",
    ("before the 2014 Olympics", "2012-06-07"): "2014-02-06",
    ("before the Sydney Games", "1999-06-07"): "2000-09-14",
    ("in next November's midterms", "2001-06-07"): "2002-11-05",
    ("in next year's presidential election", "2003-06-07"): "2004-11-02",
    ("in November's election", "2012-06-07"): "2012-11-06",
    # What was put off had another day before.
    ("before the Tokyo Olympics", "2019-06-07"): "2020-07-23",
    ("before the Tokyo Olympics", "2020-06-07"): "2021-07-22",
    ("by Tax Day", "2020-02-07"): "2020-04-15",
    ("by Tax Day", "2020-04-07"): "2020-07-15",
    ("by Tax Day", "2023-02-07"): "2023-04-18",
    # Congress.
    ("in this Congress", "2013-09-17"): "2015-01-03",
    ("in the next Congress", "2026-06-04"): "2029-01-03",
    ("in the new Congress", "2022-11-14"): "2025-01-03",
    ("in the new Congress", "2023-02-14"): "2025-01-03",
    ("in the new Congress", "2023-11-14"): None,
    ("in the life of this Congress", "2011-07-15"): "2013-01-03",
    ("in the 103rd Congress", "1993-07-15"): "1995-01-03",
    ("in this session of Congress", "2026-07-15"): "2027-01-03",
    ("before Congress adjourns", "2026-07-15"): None,
    ("when the new Congress convenes", "2026-07-15"): "2027-01-03",
    ("before the next Congress is sworn in", "2026-07-15"): "2027-01-02",
    ("before Americans vote", "2024-07-15"): "2024-11-04",
    # Offices.
    ("during this administration", "2027-03-18"): "2029-01-20",
    ("in this president's second term", "2014-10-20"): "2017-01-20",
    ("in this president's second term", "2010-10-20"): None,
    ("in his first term", "1990-10-20"): "1993-01-20",
    ("while the present occupant of the White House is in office", "2006-01-12"): "2009-01-20",
    ("before the president leaves office", "1999-01-12"): "2001-01-19",
    ("when the next president takes office", "2015-08-06"): "2017-01-20",
    ("before the next president takes office", "2015-08-06"): "2017-01-19",
    # Somebody of whom the table knows nothing.
    ("until Hartwood leaves office", "2015-08-06"): None,
    ("in Governor Quill's second term", "2015-08-06"): None,
}  # fmt: skip


@pytest.mark.parametrize(("said", "label"), SAID.items())
def test_words_of_an_american_op_ed_come_to_their_day(
    said: tuple[str, str], label: str | None
) -> None:
    assert dated(*said, US) == label


BRITAIN = "Labour and the Tories quarrel at Westminster; Britain yawns."
CANADA = "Ottawa dithers, and Canadians in Ontario and Quebec wait."
FRANCE = "The Élysée frets, and France waits for Paris."
GERMANY = "Berlin frets; the Bundestag and German voters wait."
INDIA = "Delhi frets; India waits, and Mumbai trades."
JAPAN = "Tokyo frets; Japan waits."
AUSTRALIA = "Canberra frets; Australians wait."

ABROAD = {
    # By the law that fixed it, and once it was called; before, a date would be an invention.
    ("before the general election", "2014-09-04", BRITAIN): "2015-05-06",
    ("before the general election", "2016-09-04", BRITAIN): "2020-05-06",
    ("before the general election", "2017-05-04", BRITAIN): "2017-06-07",
    ("before the general election", "1998-10-15", BRITAIN): None,
    ("before the general election", "2024-05-01", BRITAIN): None,
    ("before the general election", "2024-06-01", BRITAIN): "2024-07-03",
    ("before the election", "2005-04-20", BRITAIN): "2005-05-04",
    ("before the local elections", "2011-01-20", BRITAIN): "2011-05-04",
    ("before the local elections", "2020-02-20", BRITAIN): "2020-05-06",
    ("before the local elections", "2014-02-20", BRITAIN): "2014-05-21",
    ("before the clocks go forward", "2024-02-29", BRITAIN): "2024-03-30",
    ("before the federal election", "2015-01-20", CANADA): "2015-10-18",
    ("before the federal election", "2021-06-20", CANADA): None,
    ("before the federal election", "2021-08-20", CANADA): "2021-09-19",
    ("by Thanksgiving", "2004-08-20", CANADA): "2004-10-11",
    ("before Labour Day", "2026-06-04", CANADA): "2026-09-06",
    ("before the presidential election", "2006-12-04", FRANCE): "2007-04-21",
    ("before the presidential election", "2004-12-04", FRANCE): None,
    ("before the election", "2013-06-04", GERMANY): "2013-09-21",
    ("before the election", "2011-06-04", GERMANY): None,
    ("before the general election", "2014-03-20", INDIA): "2014-04-06",
    ("before the general election", "2005-08-20", JAPAN): None,
    ("before the general election", "2005-08-30", JAPAN): "2005-09-10",
    ("before the federal election", "2007-10-30", AUSTRALIA): "2007-11-23",
    ("before the federal election", "2007-05-30", AUSTRALIA): None,
    # Whose, nobody said.
    ("before the election", "2024-06-01", f"{US} {BRITAIN}"): None,
    ("before the election", "2024-06-01", "The mayor of Wexcombe is tired."): None,
    # The president of another country is not the American one.
    ("before the president leaves office", "2019-06-01", FRANCE): "2022-05-12",
    ("before the president leaves office", "2019-06-01", "Kenya waits; Nairobi frets."): None,
}  # fmt: skip


@pytest.mark.parametrize(("said", "label"), ABROAD.items())
def test_an_event_is_that_of_the_country_an_article_is_about(
    said: tuple[str, str, str], label: str | None
) -> None:
    assert dated(*said) == label


def test_a_name_that_only_holds_a_place_is_no_sign_of_it() -> None:
    # The fault: the Paris agreement made an op-ed French.
    count = KNOWN.countries.count
    assert count("The Paris agreement; New Mexico; Latin America; the Indian Ocean.")["us"] == 1
    assert not count("The Paris agreement and the Indian Ocean.").keys() & {"france", "india"}


def test_an_election_that_is_spoken_of_is_no_deadline() -> None:
    # The fault: the subject of a sentence read as the time by which it comes true.
    day = ApproxDate.parse("2024-06-01")
    assert timex.find("This general election will be decided in the Midlands.", day) == ()


HE = {
    "Trump spoke, and then Macron did.": "2022-05-13",
    "The Senate and Congress wait for the president.": "2021-01-20",
    # Somebody else was named since.
    "Congress waits for Trump. Premier Hartwood waits too.": None,
    "The Senate and Congress wait for the president. So does Governor Quill.": None,
    "Paris and France wait for Macron; the Senate, Congress and Washington do not.": "2022-05-13",
}


@pytest.mark.parametrize(("article", "label"), HE.items())
def test_he_is_who_was_named_last(article: str, label: str | None) -> None:
    # The fault: the term of a premier whom the calendars do not know ended with the president's.
    assert dated("until he leaves office", "2019-06-01", article) == label


def test_a_name_with_a_year_that_is_past_is_no_deadline() -> None:
    assert dated("in the 2016 election", "2018-06-01", US) is None
    assert timex.find("It will be as in the 2016 election.", ApproxDate.parse("2018-06-01")) == ()


OWN = """
south = ["Lowmarsh"]
[[event]]
names = "assembly election"
needs = "lowmarsh"
on = "1 sunday 3"
every = 3
from = 2001
days = ["2007-03-11 since 2007-01-05"]
[[office]]
country = "lowmarsh"
words = "the warden"
holders = "Ada Quill: 2001-04-01..2004-04-01 1"
[feast]
"08-08" = "reed day"
[country]
lowmarsh = ["Lowmarsh", "the Reeds"]
"""


@pytest.fixture
def own(tmp_path: Path) -> calendars.Calendars:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return calendars.load(path)


@pytest.mark.parametrize(
    ("words", "day", "label"),
    [
        ("before the assembly election", "2002-01-01", "2004-03-06"),
        ("before the assembly election", "2007-02-01", "2007-03-10"),
        ("before the assembly election", "2000-06-01", "2001-03-03"),
        ("before the assembly election", "1995-06-01", None),
        ("by Reed Day", "2002-01-01", "2002-08-08"),
        ("while the warden is in office", "2002-01-01", "2004-04-01"),
    ],
)
def test_a_desk_s_own_file_may_hold_all_that_the_tracker_s_does(
    own: calendars.Calendars, words: str, day: str, label: str | None
) -> None:
    found = timex.resolve(
        words, ApproxDate.parse(day), known=own, article="Lowmarsh waits. Lowmarsh frets."
    )
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    "text",
    [
        '[[event]]\nnames = "x"\non = "1 sunday"\n',
        '[[event]]\nnames = "x"\ndays = "2026-02-30"\n',
        '[[event]]\nnames = "x"\ndays = "in May"\n',
        '[[event]]\nnames = "x"\ndays = "2026-02-03"\nneeds = "atlantis"\n',
        '[[office]]\nholders = "Ada Quill: soon"\n',
        '[feast]\n"13-45" = "x"\n',
    ],
)
def test_an_entry_that_is_not_of_the_form_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="not of the form"):
        calendars.load(path)


def test_what_comes_round_in_one_list_only_is_not_meant_years_before() -> None:
    # The fault: a party conference of 2025, in a desk's own file, meant by an op-ed of 2002.
    conference = Occasions({"names": "party conference", "days": ["2025-09-28..2025-10-01"]})
    assert conference.next(date(2002, 5, 1)) is None
    assert conference.next(date(2025, 5, 1)) == (date(2025, 9, 28), date(2025, 10, 1))
    assert conference.next(date(2025, 10, 2)) is None


EXAMPLES = re.findall(
    r"^```toml\n(.*?)^```", (Path(__file__).parents[2] / "docs/calendars.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_the_documentation_shows_can_be_loaded(tmp_path: Path, example: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(example, "utf-8")
    known = calendars.load(path)
    assert len(known.events) + len(known.offices.each) > 0


def test_there_is_an_example_of_each_kind_of_entry() -> None:
    assert len(EXAMPLES) >= 3
