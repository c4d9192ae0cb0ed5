"""Where a session begins: the plan is chosen and changed, or an earlier session is opened again."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import ipywidgets as ipw

from data import personal_data
from data.sessions import Plan, Session, plan_ids, read_plan
from data.sessions.session import MOST_GROUPS
from data.texts import Texts
from widgets.page import Page, safe
from widgets.session_plan import PlanEditor, time_words

_DENMARK = ZoneInfo("Europe/Copenhagen")
_LONGEST_TITLE = 80
_GROUPS = 4


class SessionStart(ipw.VBox):
    """Chooses a plan, a title and the number of groups; *begin* hears them."""

    def __init__(
        self, page: Page, sessions: Sequence[Session], begin: Callable[[Plan, str, int], None]
    ) -> None:
        self._page, self._texts, self._begin = page, page.texts, begin
        texts = page.texts
        titles = [(_named(read_plan(id), texts), id) for id in plan_ids()]
        self.plan = ipw.RadioButtons(options=titles, description=texts("session.which_plan"))
        self._about = ipw.HTML()
        self.title = ipw.Text(
            description=texts("session.title"), placeholder=texts("session.title_example")
        )
        self.groups = ipw.BoundedIntText(
            value=_GROUPS, min=1, max=MOST_GROUPS, description=texts("session.groups")
        )
        self.change = ipw.ToggleButton(description=texts("session.change_plan"), value=False)
        self._editing = ipw.VBox()
        self._editors: dict[str, PlanEditor] = {}
        self._fault = ipw.HTML()
        self.begin = ipw.Button(description=texts("session.begin"), button_style="primary")
        self.plan.observe(page.guard(lambda _: self._on_plan()), "value")
        self.change.observe(page.guard(lambda _: self._show_editor()), "value")
        self.begin.on_click(page.guard(lambda _: self._on_begin()))
        new = ipw.HTML(f"<h2>{safe(texts('session.new'))}</h2>")
        fields = ipw.HBox([self.title, self.groups]).add_class("vv-row")
        fields.add_class("vv-session-fields")
        super().__init__(
            children=[
                new,
                self.plan,
                self._about,
                fields,
                self.change,
                self._editing,
                self._fault,
                self.begin,
                ipw.HTML(earlier_html(sessions, texts)),
            ]
        )
        self.add_class("vv-stack").add_class("vv-session-start")
        self._on_plan()

    @property
    def chosen(self) -> Plan:
        """The plan as it stands, with the trainer's changes."""
        id = self.plan.value or plan_ids()[0]
        return self._editors[id].plan if id in self._editors else read_plan(id)

    def _on_plan(self) -> None:
        """Say what the plan is for; whoever comes back to a plan finds the own changes."""
        about = self.chosen.about
        words = safe(about.in_(self._texts.language)) if about else ""
        self._about.value = f"<p>{words}</p>"
        self._show_editor()

    def _show_editor(self) -> None:
        plan = self.chosen
        # Built when somebody asks for it: forty fields take a moment.
        if self.change.value and plan.id not in self._editors:
            self._editors[plan.id] = PlanEditor(self._page, plan, lambda _: None)
        self._editing.children = [self._editors[plan.id]] if self.change.value else []

    def _on_begin(self) -> None:
        title = str(self.title.value).strip()[:_LONGEST_TITLE]
        if found := personal_data.find(title):
            why = safe(self._texts(f"personal.{found[0].kind}", found=found[0].words))
            self._fault.value = f'<p class="vv-notice vv-notice-look" role="alert">{why}</p>'
            return
        plan = self.chosen
        groups = min(max(int(self.groups.value), 1), MOST_GROUPS)
        self._begin(plan, title or plan.title.in_(self._texts.language), groups)


def earlier_html(sessions: Sequence[Session], texts: Texts) -> str:
    """Return the sessions that are kept, the newest first, each with a link to its page."""
    if not sessions:
        return ""
    heads = "".join(
        f'<th scope="col" class="vv-words">{safe(texts(f"session.column_{name}"))}</th>'
        for name in ("title", "day", "state")
    )
    rows = "".join(_row(each, texts) for each in sorted(sessions, key=_newest_first))
    caption = safe(texts("session.earlier"))
    return (
        f"<h2>{caption}</h2>"
        f'<div class="vv-scroll" tabindex="0" role="group" aria-label="{caption}">'
        f'<table class="vv-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _newest_first(session: Session) -> float:
    return -session.created.timestamp()


def _row(session: Session, texts: Texts) -> str:
    link = f'<a href="session.ipynb?session={safe(session.id)}">{safe(session.title)}</a>'
    state = texts("session.is_open", code=spaced(session.code)) if session.open else ""
    day = texts.date(session.created.astimezone(_DENMARK).date())
    cells = (link, safe(day), safe(state or texts("session.is_closed")))
    return "<tr>" + "".join(f'<td class="vv-words">{cell}</td>' for cell in cells) + "</tr>"


def spaced(code: str) -> str:
    """Return *code* as it is read out: in two parts."""
    return f"{code[:3]} {code[3:]}"


def _named(plan: Plan, texts: Texts) -> str:
    time = time_words(plan.planned, texts)
    return texts("session.plan_named", title=plan.title.in_(texts.language), time=time)
