"""A form with everything that a form can have, and a record that answers it."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from data.forms import Form, read_form
from data.records import Record

FORM = """
id = "meeting"
occasion = "dated"
title = {da = "Møde", en = "Meeting"}
note = {da = "Lavet til prøve.", en = "Made for a trial."}
purpose = {da = "At se, hvad der kommer ud.", en = "To see what comes out."}
sections = [
  {id = "held", title = {da = "Om mødet", en = "About the meeting"}, help = {da = "Kort.", en = "Short."}},
  {id = "agreed", title = {da = "Aftaler", en = "Agreements"}},
]

[[items]]
id = "held"
section = "held"
kind = "yes_partly_no"
required = true
codes = ["unknown"]
label = {da = "Blev mødet holdt?", en = "Was the meeting held?"}
source = {da = "Prøve, 2026", en = "Trial, 2026"}

[[items]]
id = "why_not"
section = "held"
kind = "note"
when = {item = "held", among = ["no"]}
label = {da = "Hvorfor ikke?", en = "Why not?"}

[[items]]
id = "minutes"
section = "held"
kind = "number"
high = 600
unit = {da = "minutter", en = "minutes"}
label = {da = "Hvor længe varede det?", en = "How long was it?"}

[[items]]
id = "words"
section = "held"
kind = "note"
label = {da = "Den unges egne ord", en = "The young person's own words"}

[[tables]]
id = "agreements"
section = "agreed"
title = {da = "Aftaler: hvad/hvem?", en = "Agreements: what/who?"}
row = {da = "aftale", en = "agreement"}

[[tables.items]]
id = "what"
kind = "note"
label = {da = "Hvad?", en = "What?"}
source = {da = "Prøve, 2026", en = "Trial, 2026"}

[[tables.items]]
id = "who"
kind = "choice"
label = {da = "Hvem?", en = "Who?"}
options = {youth = {da = "Den unge", en = "The youth"}, school = {da = "Skolen", en = "The school"}}

[[tables]]
id = "people"
section = "agreed"
title = {da = "Deltagere", en = "People"}
row = {da = "deltager", en = "person"}

[[tables.items]]
id = "role"
kind = "note"
label = {da = "Rolle", en = "Role"}

[[tables.items]]
id = "there"
kind = "yes_partly_no"
label = {da = "Var med?", en = "Was there?"}

[[tables.items]]
id = "excuse"
kind = "note"
when = {item = "there", among = ["no"]}
label = {da = "Afbud", en = "Excuse"}

[[tables.items]]
id = "since"
kind = "date"
label = {da = "Siden", en = "Since"}

[[tables.items]]
id = "remark"
kind = "note"
label = {da = "Bemærkning", en = "Remark"}
"""


@cache
def a_form() -> Form:
    """Return the form above."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "meeting.toml"
        file.write_text(FORM, encoding="utf-8")
        return read_form(file)


HEADING = "ØVELSE-01: Prøve"
RECORD = Record(
    case="ØVELSE-01",
    form="meeting",
    occasion="2026-05-03",
    answers={
        "held": "yes",
        "why_not": "Skjult, for mødet blev holdt",
        "minutes": "45",
        "agreements.001aaa.what": "Ringe til skolen",
        "agreements.001aaa.who": "youth",
        "agreements.002bbb.what": "Søge plads",
        "people.001ccc.role": "Kontaktperson",
        "people.001ccc.there": "yes",
        "people.001ccc.since": "2026-01-15",
    },
    revision=3,
    saved=datetime(2026, 7, 1, 22, 30, tzinfo=UTC),
)

FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    '=HYPERLINK("http://x.example","x")',
    '=WEBSERVICE("http://x.example")',
    "http://x.example",
    "file:///etc/passwd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "{=1+1}",
    "＝1+1",
    "﹦1+1",
    "＋1",
    "\N{ZERO WIDTH SPACE}=1+1",
    "\N{RIGHT-TO-LEFT OVERRIDE}=1+1",
    " =1+1",
    "'=1+1",
    "_x003D_1+1",
]
"""What a spreadsheet may take for more than text."""

ODD = [
    "a\x00b\x07c\x1bd\x7fe\x85f",
    "x" * 40_000,
    "ord " * 10_000,
    "æ\n" * 5_000,
    "a" + "\N{COMBINING ACUTE ACCENT}" * 2_000,
    "👩‍👩‍👧‍👦" * 600,
    "عربي \N{RIGHT-TO-LEFT OVERRIDE}abc\N{POP DIRECTIONAL FORMATTING} עברית",
    "a\N{ZERO WIDTH SPACE}b\N{SOFT HYPHEN}c\ufeffd",
    "Blåbærgrød på Ærø",
    "Bla\u030ab\u00e6rgro\u0338d",
    "\ud800 and \udc00 and \ufffe\uffff",
    "a\r\nb\rc\vd\fe\u2028f",
    "_x000D_ _x005F_ &amp; <b>&#1;</b> ]]> {0} {slot}",
    "  blanks \t at both ends  ",
]
"""Texts that a browser can send and that break files."""
