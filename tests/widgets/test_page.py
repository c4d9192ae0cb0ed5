"""A page tells what went wrong, keeps words as words, and logs no message."""

import subprocess
import sys

import pytest

import widgets
from data.places import log_file
from data.texts import Texts
from widgets import Page


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    return Page(Texts.read("da"))


def notice(page):
    return page.children[1].value


def test_a_guarded_callback_passes_its_words_and_its_answer_on(page):
    assert page.guard(lambda a, b=0: a + b)(2, b=3) == 5


def test_a_failure_is_told_with_a_mark_that_stands_in_the_log_too(page):
    def fail():
        word = "-".join(["010190", "1234"])  # so that the line of code is no secret itself
        raise ValueError(word)

    assert page.guard(fail)() is None

    log = log_file().read_text(encoding="utf-8")
    mark = log.split("event ")[1].split()[0]
    assert Texts.read("da")("notice.failed", mark=mark) in notice(page)
    assert 'role="alert"' in notice(page)
    assert "in fail" in log
    assert "ValueError" in log
    assert "010190-1234" not in log


def test_the_cause_of_a_failure_is_logged_without_its_message(page):
    def fail():
        try:
            int("x" + "hemmeligt")
        except ValueError as error:
            raise RuntimeError from error

    page.guard(fail)()

    log = log_file().read_text(encoding="utf-8")
    assert log.index("ValueError") < log.index("RuntimeError")
    assert "xhemmeligt" not in log


def test_a_notice_is_words_and_no_markup(page):
    page.notice("<b>fed</b> & stor")

    assert "&lt;b&gt;fed&lt;/b&gt; &amp; stor" in notice(page)
    page.clear_notice()
    assert notice(page) == ""


def test_two_pages_write_each_event_once(page):
    other = Page(Texts.read("en"))
    other.guard(lambda: 1 / 0)()

    assert log_file().read_text(encoding="utf-8").count("ZeroDivisionError") == 1


def test_everything_a_notebook_may_show_is_there():
    for name in widgets.__all__:
        assert getattr(widgets, name).__name__ == name

    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        widgets.Nothing  # noqa: B018 (asking for it is the test)


def test_a_page_with_a_form_starts_without_the_simulation():
    code = "import sys; from widgets import CasePage; print({'simulation', 'scipy'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
