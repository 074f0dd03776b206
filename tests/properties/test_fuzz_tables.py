"""Whatever stands in a table or a settings file, reading it ends in a table, in faults that are said, or in both."""

import io
import zipfile

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coopgeo.errors import Faults
from coopgeo.study.csv_tables import csv_cells
from coopgeo.study.inputs import schema_of
from coopgeo.study.settings import StudySettings
from coopgeo.study.sheets import workbook_cells
from coopgeo.study.tables import checked_table
from coopgeo.study.wood_settings import WoodChain
from coopgeo.text.messages import said
from coopgeo.text.setting_faults import model_of
from coopgeo.text.toml_files import toml_entries

pytestmark = pytest.mark.usefixtures("bounded_memory")
RAW = ROOT / "data" / "raw"
CHAIN = "chains/wood-energy"
MATERIALS = {"wood-energy": "wood"}
TABLES = ["sources", "roads/crossings", "roads/vehicles", f"{CHAIN}/customers", f"{CHAIN}/resources"]
TOMLS = {"study.toml": StudySettings, f"{CHAIN}/chain.toml": WoodChain}
ROWS = 12  # of a seed: enough for every kind of cell
TOKENS = [
    b'"', b'""', b";", b",", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"\xff\xfe", b"%",
    b"1,234", b"1e999", b"-1", b"nan", b"inf", b"sep=;\n", b"\xe2\x80\xaf", b"=", b"[", b"]", b"{", b"}", b"[[", b"a.b",
    b"'", b"#", b"true", b"2026-01-01", b"9" * 400, b"\\u0000", b"\x1b[31m", b"x" * 3000, b"attest\xc3\xa9", b"35 %",
]  # fmt: skip
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def spoilt(draw, seed):
    """Bytes of a real file with a few pieces taken out, put in, doubled or moved."""
    content = bytearray(seed)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 40)))
        piece = draw(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8), st.just(bytes(content[at:end]) * 2)))
        content[at : draw(st.sampled_from([at, end]))] = piece
    return bytes(content)


def seed_of(path):
    return b"\n".join((RAW / f"{path}.csv").read_bytes().splitlines()[:ROWS]) + b"\n"


def is_said(faults):
    """Both languages can say every fault, in a line that a screen shows."""
    for line in faults.causes:
        for lang in ("fr", "en"):
            assert 0 < len(said(line, lang)) < 10_000


def checked(raw, path, faults):
    if raw is not None:
        table = checked_table(raw, schema_of(path, MATERIALS), faults)
        assert set(schema_of(path, MATERIALS).columns) <= set(table.columns)
    is_said(faults)


@pytest.mark.parametrize("path", TABLES)
def test_a_spoilt_csv_file_is_read_or_refused(path):
    @SOME
    @given(spoilt(seed_of(path)))
    def reads(content):
        faults = Faults(path)
        checked(csv_cells(content, faults), path, faults)

    reads()


@SOME
@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=6), st.sampled_from(TABLES))
def test_any_cells_are_read_or_refused(rows, path):
    faults = Faults(path)
    checked(csv_cells("\n".join(";".join(row) for row in rows).encode("utf-8", "surrogatepass"), faults), path, faults)


def workbook(path):
    """A seed as a workbook: its parts by name."""
    import openpyxl

    book = openpyxl.Workbook()
    for line in seed_of(path).decode().splitlines():
        book.active.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell for cell in line.split(",")])
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


PARTS = workbook(f"{CHAIN}/customers")


def packed(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


@SOME
@given(st.data())
def test_a_workbook_with_a_spoilt_part_is_read_or_refused(tmp_path, data):
    name = data.draw(st.sampled_from(sorted(PARTS)))
    check_workbook(tmp_path, packed({**PARTS, name: data.draw(spoilt(PARTS[name]))}))


@SOME
@given(spoilt(packed(PARTS)))
def test_a_spoilt_workbook_is_read_or_refused(tmp_path, content):
    check_workbook(tmp_path, content)


def check_workbook(folder, content):
    path, faults = folder / "customers.xlsx", Faults("customers.xlsx")
    path.write_bytes(content)
    for sheet in workbook_cells(path, faults).values():
        checked(sheet, f"{CHAIN}/customers", faults)
    is_said(faults)


@pytest.mark.parametrize("name", TOMLS)
def test_spoilt_settings_are_read_or_refused(tmp_path, name):
    @SOME
    @given(spoilt((RAW / name).read_bytes()))
    def reads(content):
        path, faults = tmp_path / "spoilt.toml", Faults(name)
        path.write_bytes(content)
        entries = toml_entries(path, faults)
        settings_read = None if entries is None else model_of(TOMLS[name], entries, faults)
        assert settings_read is not None or faults
        is_said(faults)

    reads()
