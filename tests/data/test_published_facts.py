import re

import pytest

from data import DataError
from data.presets import read_preset
from data.published_facts import read_published_facts

FACT = """[[facts]]
id = "one"
role = "validation"
statistic = "work_share"
value = 0.5
unit = "share"
municipalities = 98
published = 2020
what = { da = "Et tal", en = "A number" }
source = { da = "Et sted", en = "A place" }
"""


def read(tmp_path, text):
    file = tmp_path / "facts.toml"
    file.write_text(text, encoding="utf-8")
    return read_published_facts(file)


@pytest.mark.parametrize("preset", ["small", "medium", "large"])
def test_no_preset_was_set_by_a_number_that_is_held_against_the_model(preset):
    sources = [figure.source.en for figure in read_preset(preset).figures.values()]
    tried = [fact for fact in read_published_facts() if fact.statistic]

    assert any(set_by(source, "VIVE", 0.12) for source in sources)  # which is an input
    for fact in tried:
        author = re.match(r"(?:The )?(\w+)", fact.source.en)[1]
        cited = [source for source in sources if set_by(source, author, fact.value)]
        assert not cited, fact.id


def set_by(source, author, value):
    return author in source and re.search(rf"(?<![\d.]){100 * value:g} ?%", source)


def test_a_fact_that_sets_a_number_names_one_of_the_presets():
    figures = read_preset("medium").figures
    for fact in read_published_facts():
        assert set(fact.parameters) <= set(figures), fact.id


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 0.5", "value = 50", r"facts\.0.*one: value 50 is no share: give 0 to 1"),
        ('0.5\nunit = "share"', '2\nunit = "points"', r"value 2 is no difference of shares"),
        ('role = "validation"', 'role = "input"', "and no other, has a statistic"),
        ('statistic = "work_share"\n', "", "and no other, has a statistic"),
        ('"validation"\nstatistic = "work_share"', '"not_comparable"', "a note must say why"),
        (
            '"validation"\nstatistic = "work_share"',
            '"input"\nparameters = ["nothing"]',
            r"line 4: facts\.0\.parameters: 'nothing' is no number of a scenario",
        ),
        ("published = 2020", "published = 20", r"line 8: facts\.0\.published: 20 is not allowed"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, old, new, told):
    with pytest.raises(DataError, match=told):
        read(tmp_path, FACT.replace(old, new))


def test_an_id_that_is_there_twice_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"line 13: facts\.1\.id: 'one' is there twice"):
        read(tmp_path, FACT + "\n" + FACT)
