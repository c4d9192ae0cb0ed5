"""The estimates as own figures of a municipality, as the workbench loads them."""

from data.own_figures import OwnFigure
from data.presets import parameters
from data.texts import Texts
from simulation.calibration.calibration import Calibration, own_figures
from simulation.scenario import Scenario


def estimated_figures(
    today: Scenario, calibration: Calibration, preset: str, texts: Texts
) -> dict[str, OwnFigure]:
    """Return the numbers that take the place of those of *today*, a municipality of the size *preset*.

    Beside those that were estimated, what *today* multiplies them with is set right: a load that was
    counted is the load itself, and no-shows that were counted with reminders are told without them, as a
    scenario asks. Numbers of the leaders' own that were not estimated are left to them.
    """
    figures = dict(own_figures(calibration, preset, texts).figures)
    if today.posts or today.cases:
        # The list says who there is today.
        figures.pop("coordinators", None)
    inflow, no_show = figures.get("inflow_per_year"), figures.get("no_show")
    if inflow and today.load_multiplier != 1:
        figures["load_multiplier"] = OwnFigure(1.0, inflow.source)
    if no_show and today.reminders and today.reminder_risk_ratio:
        without = round(float(str(no_show.value)) / today.reminder_risk_ratio, 3)
        most = parameters()["no_show"].maximum
        figures["no_show"] = OwnFigure(min(without, most), no_show.source)
    return figures
