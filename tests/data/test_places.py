"""What belongs to the user lies where they said, and the log says no secrets."""

import logging

from data.log import LARGEST, log_to_file, set_aside_large_log
from data.places import data_folder, log_file


def test_the_data_folder_is_the_one_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path / "a" / "b"))

    assert data_folder() == tmp_path / "a" / "b"
    assert data_folder().is_dir()
    assert data_folder().stat().st_mode & 0o077 == 0


def test_a_log_that_is_too_large_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    log_file().write_bytes(b"x" * (LARGEST + 1))
    set_aside_large_log()

    assert not log_file().exists()
    assert (tmp_path / "log" / "vejviser.log.1").stat().st_size == LARGEST + 1


def test_a_token_in_an_address_is_not_logged(tmp_path, monkeypatch):
    monkeypatch.setenv("VEJVISER_DATA", str(tmp_path))
    logger = log_to_file("vejviser.test")
    logger.warning("404 GET /x?a=1&token=%s&b=2", "s3cret")
    logging.getLogger("vejviser.test").handlers.clear()

    assert "404 GET /x?…\n" in log_file().read_text(encoding="utf-8")
