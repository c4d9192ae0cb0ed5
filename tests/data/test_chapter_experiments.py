import pytest

from data import LANGUAGES, DataError
from data.chapter_experiments import chapter_experiment, chapter_experiments

ONE = """[[experiments]]
id = "one"
preset = "small"
replications = 20
title = { da = "Titel", en = "Title" }
intro = { da = "Ord", en = "Words" }
not_said = [{ da = "andet", en = "other things" }]

[[experiments.controls]]
field = "leadership_rule"
label = { da = "Greb", en = "Rule" }
example = "hire"
values = [
  { value = "none", label = { da = "intet", en = "nothing" } },
  { value = "hire", label = { da = "ansætter", en = "hires" } },
]

[[experiments.controls]]
field = "hiring_delay_months"
label = { da = "Tid", en = "Time" }
example = 12
needs = { leadership_rule = ["hire"] }
values = [
  { value = 4, label = { da = "4", en = "4" } },
  { value = 12, label = { da = "12", en = "12" } },
]

[[experiments.measures]]
name = "late_per_year"
label = { da = "Sent", en = "Late" }
found = { da = "I 9 af 10 år {range}.", en = "In 9 of 10 years {range}." }
more = { da = "{size} flere", en = "{size} more" }
less = { da = "{size} færre", en = "{size} fewer" }
"""


def read(tmp_path, text):
    file = tmp_path / "experiments.toml"
    file.write_text(text, encoding="utf-8")
    return chapter_experiments(file)


def test_the_chapters_have_their_experiments():
    assert list(chapter_experiments()) == ["resignation", "booking", "leadership", "identification"]


@pytest.mark.parametrize("id", chapter_experiments())
def test_every_experiment_is_small_and_begins_as_today(id):
    experiment = chapter_experiment(id)

    assert 2 <= len(experiment.controls) <= 3
    for control in experiment.controls:
        today = experiment.today(control.field)
        for language in LANGUAGES:
            labels = [offered.label.in_(language) for offered in control.values]
            assert len(set(labels)) == len(labels)
            assert control.label_of(today).in_(language) in labels


@pytest.mark.parametrize("id", chapter_experiments())
def test_no_experiment_speaks_of_what_becomes_of_the_youths(id):
    for measure in chapter_experiment(id).measures:
        assert measure.name not in {"education_share", "work_share", "neither_share"}


def test_an_unknown_experiment_is_named_with_those_there_are():
    with pytest.raises(LookupError, match="no experiment 'x'; there are: resignation, booking"):
        chapter_experiment("x")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('field = "leadership_rule"', 'field = "mood"', "'mood' is no number of a scenario"),
        ("value = 12", "value = 99", "hiring_delay_months: 99 is not allowed: must be from 0"),
        ("value = 4,", "value = 5,", "hiring_delay_months offers no 4; it offers 5, 12"),
        ("example = 12", "example = 7", "offers no 7; it offers 4, 12"),
        ("example = 12", "example = 4", "hiring_delay_months: example 4 is today's"),
        ('example = "hire"\n', "", "has an example, and leadership_rule none it needs"),
        ('{ leadership_rule = ["hire"] }', '{ reminders = [true] }', "which is no other control"),
        ('{ leadership_rule = ["hire"] }', '{ leadership_rule = ["x"] }', "offers no 'x'"),
        ('da = "I 9 af 10 år {range}."', 'da = "Mange."', "its slots must be range, years"),
        ('en = "{size} more"', 'en = "{much} more"', "its slots must be size"),
        ("replications = 20", "replications = 5", "experiments.0.replications: 5 is not allowed"),
    ],
)  # fmt: skip
def test_a_fault_is_told(tmp_path, old, new, told):
    assert old in ONE
    with pytest.raises(DataError, match=told):
        read(tmp_path, ONE.replace(old, new))


def test_an_id_that_is_there_twice_is_refused_with_its_line(tmp_path):
    with pytest.raises(DataError, match=r"line \d+: experiments\.1\.id: 'one' is there twice"):
        read(tmp_path, ONE + "\n" + ONE)
