from decimal import Decimal

import pytest

from data import DataError, parameters
from data.control_groups import ControlDefinition, control_groups


def file(tmp_path, line):
    path = tmp_path / "workbench.toml"
    path.write_text(f'[[groups]]\nid = "people"\ncontrols = [\n  {line},\n]\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{ field = "coordinator" }', "'coordinator' is no number of a scenario"),
        ('{ field = "vacancy_months" }', "a triangle cannot be moved by a control"),
        ('{ field = "board_places", idle = { board = [0] } }', "rests by 'board'"),
        ('{ field = "board_places", idle = { reminders = [2] } }', "must be true or false"),
        ('{ field = "no_show", most = 1 }', "most"),
    ],
)
def test_a_control_that_cannot_be_is_named_with_its_line(tmp_path, line, said):
    with pytest.raises(DataError, match=r"workbench\.toml") as caught:
        control_groups(file(tmp_path, line))

    assert said in str(caught.value)


def test_values_stand_on_the_steps_and_todays_among_them():
    inflow = ControlDefinition(field="inflow_per_year", step=1, low=20, high=24)

    assert inflow.offered(21.9) == [20, 21, 21.9, 22, 23, 24]
    assert inflow.offered(21.9, 30.0) == [20, 21, 21.9, 22, 23, 24, 30]


def test_where_nothing_is_said_a_control_goes_from_a_fifth_to_two_and_a_half_times_today():
    hours = ControlDefinition(field="coordinators").offered(10)

    assert (hours[0], hours[-1]) == (2, 25)


def test_steps_are_written_as_people_write_them():
    for group in control_groups():
        for control in group.controls:
            if control.parameter.kind == "number":
                offered = control.offered(parameters()[control.field].minimum)
                assert all(-Decimal(str(value)).as_tuple().exponent <= 3 for value in offered)
