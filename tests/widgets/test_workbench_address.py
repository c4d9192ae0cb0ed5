from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data import parameters
from data.presets import PRESETS, read_preset
from widgets.workbench.address import heard, spoken


def values(parameter):
    """Every value that *parameter* may have."""
    low, high = parameter.minimum, parameter.maximum
    whole = st.integers(int(low), int(high))
    number = st.floats(low, high, allow_nan=False)
    match parameter.kind:
        case "switch":
            return st.booleans()
        case "choice":
            return st.sampled_from(parameter.choices)
        case "date":
            return st.dates(date(1900, 1, 1), date(2999, 1, 1))
        case "roles":
            return st.tuples(whole, whole, whole, whole)
        case "weeks":
            return st.lists(whole, min_size=1, max_size=5, unique=True).map(tuple)
        case "triangle":
            return st.lists(number, min_size=3, max_size=3).map(sorted).map(tuple)
        case "whole":
            return whole
        case _:
            return number


@given(
    st.sampled_from(list(parameters().values())).flatmap(lambda p: st.tuples(st.just(p), values(p)))
)
@example((parameters()["vacancy_months"], (0.0, 0.0, 3e-42)))
def test_what_an_address_says_is_understood_again(said):
    parameter, value = said

    assert heard(parameter, spoken(value)) == value


@given(st.sampled_from(list(parameters().values())), st.text(max_size=30))
def test_any_words_mean_an_allowed_value_or_none(parameter, words):
    value = heard(parameter, words)

    assert value is None or parameter.fault(value) is None


@pytest.mark.parametrize("preset", PRESETS)
def test_every_number_of_ours_can_be_said(preset):
    for id, value in read_preset(preset).values().items():
        assert heard(parameters()[id], spoken(value)) == value


def test_an_address_is_short():
    assert spoken((4, 4, 4, 4)) == "4"
    assert spoken(25.0) == "25"
    assert spoken(True) == "1"
