"""`tracker read --yaml`: a predictions.yaml to finish; import refuses it until it is."""

import re

from desk import Terminal

OP_ED = """\
The harbour bridge was promised for the spring. The bridge is highly unlikely to open before June
2027. It is possible that the ferry will never return.
"""
WHO = (
    "--author",
    "Ada Fabricated",
    "--outlet",
    "The Invented Gazette",
    "--published",
    "2026-03-01",
)


def fragment(terminal: Terminal, *args: str) -> str:
    return terminal("read", "-", "--yaml", *args, stdin=OP_ED).stdout


def finished(text: str) -> str:
    """What a person makes of it."""
    text = re.sub(r"\[FILL IN:[^]]*\]", "the port register says so", text)
    text = re.sub(r"FILL-IN(?=[,}])", "2030-01-01", text)
    return text.replace("probability: FILL-IN", "probability: 0.3")


def written(terminal: Terminal, text: str) -> str:
    file = terminal.folder / "predictions.yaml"
    file.write_text(text, "utf-8")
    return str(file)


def test_the_fragment_is_imported_once_it_is_finished(terminal: Terminal) -> None:
    file = written(terminal, finished(fragment(terminal, *WHO, "--chosen", "all")))
    assert terminal("import", file).stdout.endswith("5 new.\n")
    shown = terminal("show", "bridge-open-by-31-may-2027").stdout
    assert "Will the bridge open by 31 May 2027?" in shown
    assert "“highly unlikely”" in shown


def test_the_fragment_is_refused_until_it_is_finished(terminal: Terminal) -> None:
    file = written(terminal, fragment(terminal))
    result = terminal("import", file, code=5)
    for words in (
        "authors is missing",
        "outlet is missing",
        "published_on is missing",
        "author is missing",
        "criteria: it still has a gap",
        "'FILL-IN' is not a date",
        "'FILL-IN' is not a probability",
    ):
        assert words in result.stderr, words


def test_each_proposal_says_where_it_comes_from(terminal: Terminal) -> None:
    said = " ".join(fragment(terminal, *WHO, "--explain").replace("\n  # ", " ").split())
    assert "1 of 2: “highly unlikely” · will not happen · before June 2027 = 2027-05-31" in said
    assert "has a deadline" in said
    assert "never = never-ending" in said


def test_a_horizon_is_for_a_person_to_set(terminal: Terminal) -> None:
    text = fragment(terminal, *WHO)
    assert "{ever: true, horizon: FILL-IN, verbatim: never}" in text


def test_an_op_ed_without_a_forecast_gives_its_article(terminal: Terminal) -> None:
    text = terminal("read", "-", "--yaml", *WHO, stdin="The council met.").stdout
    assert terminal("import", written(terminal, text)).stdout.startswith("new        article")
