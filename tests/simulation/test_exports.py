import hashlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

from data import Texts
from simulation import MEASURES, Scenario, replications
from simulation.experiments.columns import REPLICATION_COLUMNS, SUMMARY_COLUMNS
from simulation.experiments.exports import (
    figure_bytes,
    manifest_in,
    read_table,
    table_bytes,
    write_figure,
    write_table,
)
from simulation.experiments.kinds import replications_table, summary_table
from simulation.experiments.manifest import Manifest, Program
from simulation.figures import late_by_rule
from simulation.study import Study

SMALL = Scenario.preset("small", years=1, warm_up_years=1)
PROGRAM = Program(version="1", sources="s", lock="l", python="3.11", libraries={})
MANIFEST = Manifest(kind="run", scenarios=[SMALL], seed=7, replications=3, program=PROGRAM)
COLUMNS = {"name": "Name", "share": "Share, 0-1", "count": "Number", "late": "Whether late"}
TABLE = pd.DataFrame(
    {
        "name": ["Mødet ved 17½", '=HYPERLINK("x")', "+45", "-1", "@SUM(A1)", "\tx", "a,b\n\"c\""],
        "share": [0.1, 1 / 3, np.nan, 1e-17, -2.5, 0.0, 1.0],
        "count": range(-3, 4),
        "late": [True, False] * 3 + [True],
    }
)  # fmt: skip


def drawn():
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.plot([1, 2, 3])
    axes.set_xlabel("år – <1")
    figure.suptitle("It rises\nevery year")
    return figure


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_table_is_read_back_with_its_manifest(tmp_path, ending):
    results = list(replications(SMALL, 3, 7))
    for table, columns in (
        (replications_table(results, 7), REPLICATION_COLUMNS),
        (summary_table(results), SUMMARY_COLUMNS),
    ):
        write_table(table, tmp_path / f"table{ending}", MANIFEST, columns)
        read = read_table(tmp_path / f"table{ending}")

        pd.testing.assert_frame_equal(read.table, table, check_exact=True, check_dtype=False)
        assert read.manifest["code"] == MANIFEST.code
        assert read.manifest["seed"] == 7
        assert read.manifest["scenarios"][0]["coordinators"] == SMALL.coordinators


def test_parquet_says_of_each_column_what_it_is(tmp_path):
    results = list(replications(SMALL, 1, 7))
    write_table(
        replications_table(results, 7), tmp_path / "a.parquet", MANIFEST, REPLICATION_COLUMNS
    )

    columns = read_table(tmp_path / "a.parquet").columns
    assert columns["no_show_share"] == f"{MEASURES['no_show_share']} (share)"
    assert all(columns.values())


def test_any_reader_of_csv_finds_the_header_the_rows_and_the_code(tmp_path):
    write_table(TABLE, tmp_path / "a.csv", MANIFEST, COLUMNS)

    read = pd.read_csv(tmp_path / "a.csv")
    assert [*read.columns] == [*TABLE.columns, "code", "manifest"]
    assert read["code"].tolist() == [MANIFEST.code] * len(TABLE)
    assert read["share"].equals(TABLE["share"])


def test_nothing_in_a_csv_is_a_formula_and_numbers_stay_numbers(tmp_path):
    write_table(TABLE, tmp_path / "a.csv", MANIFEST, COLUMNS)

    read = read_table(tmp_path / "a.csv").table
    for written, meant in zip(read["name"], TABLE["name"], strict=True):
        assert written in (meant, f"'{meant}")
        assert not written.startswith(("=", "+", "-", "@", "\t"))
    assert read["count"].tolist() == TABLE["count"].tolist()


def test_parquet_keeps_every_word_as_it_is(tmp_path):
    write_table(TABLE, tmp_path / "a.parquet", MANIFEST, COLUMNS)

    assert read_table(tmp_path / "a.parquet").table["name"].tolist() == TABLE["name"].tolist()


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_table_without_rows_is_a_table(tmp_path, ending):
    write_table(TABLE.head(0), tmp_path / f"a{ending}", MANIFEST, COLUMNS)

    read = read_table(tmp_path / f"a{ending}").table
    assert [*read.columns] == [*TABLE.columns]
    assert read.empty


@pytest.mark.parametrize(
    ("table", "path", "said"),
    [
        (TABLE.assign(more=1), "a.csv", "column 'more' is not described"),
        (TABLE.rename(columns={"name": "code"}), "a.csv", "name of a column of the manifest"),
        (TABLE, "a.xlsx", r"must be \.parquet or \.csv"),
    ],
)
def test_a_table_that_cannot_be_written_is_refused_before_anything_is(tmp_path, table, path, said):
    with pytest.raises(ValueError, match=said):
        write_table(table, tmp_path / path, MANIFEST, COLUMNS | {"code": "x"})
    assert not [*tmp_path.iterdir()]


def test_a_table_that_is_not_ours_is_refused(tmp_path):
    TABLE.to_csv(tmp_path / "a.csv")
    TABLE.to_parquet(tmp_path / "a.parquet")

    for name in ("a.csv", "a.parquet"):
        with pytest.raises(ValueError, match="holds no manifest"):
            read_table(tmp_path / name)


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".svg", ".png"])
def test_the_manifest_is_read_from_whatever_holds_it(tmp_path, ending):
    file = tmp_path / f"a{ending}"
    named = replace(MANIFEST, arguments={"lang": '<æ> & "ø"'})
    if ending in {".csv", ".parquet"}:
        write_table(TABLE, file, named, COLUMNS)
    else:
        write_figure(drawn(), file, named, "It rises")

    assert manifest_in(file) == json.loads(named.text)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_figure_that_is_not_ours_holds_no_manifest(tmp_path, ending):
    drawn().savefig(tmp_path / f"a.{ending}")

    with pytest.raises(ValueError, match="holds no manifest"):
        manifest_in(tmp_path / f"a.{ending}")


def everything():
    """The digest of each kind of file."""
    picture = late_by_rule(Study(SMALL, list(replications(SMALL, 3, 7))), Texts.read("da"))
    whole = {
        ending: table_bytes(TABLE, ending, MANIFEST, COLUMNS) for ending in (".csv", ".parquet")
    }
    for ending in (".svg", ".png"):
        whole[f"figure{ending}"] = figure_bytes(drawn(), ending, MANIFEST, "It rises")
        whole[f"picture{ending}"] = figure_bytes(picture, ending, MANIFEST, picture.alternative)
    return {name: hashlib.sha256(content).hexdigest() for name, content in whole.items()}


def test_the_same_numbers_give_the_same_bytes_in_another_process():
    root = str(Path(__file__).parents[2])
    script = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        "from tests.simulation.test_exports import everything\n"
        "print(everything())"
    )
    command = [sys.executable, "-W", "ignore", "-c", script]
    told = subprocess.run(command, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == str(everything())


def test_an_svg_tells_its_title_what_it_shows_and_where_it_comes_from(tmp_path):
    write_figure(drawn(), tmp_path / "a.svg", MANIFEST, "It rises from 1 to 3 & on")

    root = ET.parse(tmp_path / "a.svg").getroot()  # noqa: S314 (our own file)
    parts = {child.tag.rpartition("}")[2]: child for child in root}
    assert parts["title"].text == f"It rises every year (Vejviser {MANIFEST.code})"
    assert parts["desc"].text == "It rises from 1 to 3 & on"
    assert parts["metadata"].text == MANIFEST.text
    assert root.get("aria-labelledby").split() == [parts[n].get("id") for n in ("title", "desc")]
    assert f"Vejviser {MANIFEST.code}" in [text.text for text in root if text.tag.endswith("text")]
    height = float(root.get("viewBox").split()[3])
    assert all(float(text.get("y")) < height for text in root if text.tag.endswith("text"))


def test_a_png_carries_the_same_and_the_figure_is_left_as_it_was(tmp_path):
    figure = drawn()
    write_figure(figure, tmp_path / "a.png", MANIFEST, "It rises – to 3")

    with Image.open(tmp_path / "a.png") as image:
        told = image.text
        assert image.height > image.width / 2
    assert told["Description"] == "It rises – to 3"
    assert told["Source"] == MANIFEST.text
    assert MANIFEST.code in told["Title"]
    assert [text.get_text() for text in figure.texts] == ["It rises\nevery year"]


def test_a_figure_is_svg_or_png():
    with pytest.raises(ValueError, match=r"must be \.svg or \.png"):
        figure_bytes(drawn(), ".pdf", MANIFEST, "")
