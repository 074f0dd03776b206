"""A table may stand in the first sheet of a workbook in place of a CSV file."""

import csv
import datetime as dt

import openpyxl
import pytest
from geopandas.testing import assert_geodataframe_equal

import coopgeo
from coopgeo.errors import Faults, InputError
from coopgeo.study.sheets import workbook_cells

CHAIN = "chains/wood-energy"


def as_workbook(path, *, numbers=True):
    """Write a CSV file as a workbook beside it, its numbers as numbers."""

    def value(text):
        try:
            return float(text) if numbers else text
        except ValueError:
            return text or None

    workbook = openpyxl.Workbook()
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            workbook.active.append([value(cell) for cell in row])
    workbook.save(path.with_suffix(".xlsx"))


def faults(folder):
    with pytest.raises(InputError) as error:
        coopgeo.open_study(folder)
    return str(error.value)


@pytest.mark.parametrize("numbers", [True, False])
def test_a_workbook_is_read_as_the_csv_file_in_its_place(folder, study, numbers):
    for name in (f"{CHAIN}/customers.csv", f"{CHAIN}/collection_points.csv", "territory/communes.csv"):
        as_workbook(folder / name, numbers=numbers)
        (folder / name).unlink()
    opened = coopgeo.open_study(folder)
    for table in ("customers", "collection_points"):
        assert_geodataframe_equal(getattr(opened.chain(), table), getattr(study.chain(), table))
    assert_geodataframe_equal(opened.communes, study.communes)


def test_two_files_of_one_table_are_refused(folder):
    as_workbook(folder / CHAIN / "customers.csv")
    assert "found customers.csv and customers.xlsx; expected one of them; remove" in faults(folder)


def test_cells_become_the_texts_that_mean_the_same(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["code", "share", "date", "number", "broken", "yes"])
    sheet.append([1001, 0.35, dt.date(2026, 1, 5), 12.0, "#N/A", True])
    sheet["A2"].number_format, sheet["B2"].number_format, sheet["E2"].data_type = "00000", "0%", "e"
    sheet["A9"] = "row 9"
    workbook.create_sheet("empty")
    workbook.save(tmp_path / "book.xlsx")
    noted = Faults("book.xlsx")
    sheets = workbook_cells(tmp_path / "book.xlsx", noted)
    assert not noted
    assert list(sheets) == ["Sheet"]
    assert sheets["Sheet"].rows == [["01001", "0.35", "2026-01-05", "12", "#N/A", "True"], ["row 9"]]
    assert sheets["Sheet"].lines == [2, 9]


def test_a_formula_without_its_result_is_named(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", "b"])
    workbook.active.append(["x", "=1+2"])
    workbook.save(tmp_path / "book.xlsx")
    noted = Faults("book.xlsx")
    workbook_cells(tmp_path / "book.xlsx", noted)
    (line,) = noted.lines
    assert line.startswith("row 2, B2: found a formula without its result; expected a value; open the workbook")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id;name\n"])
def test_what_is_no_workbook_is_named(folder, content):
    (folder / CHAIN / "customers.csv").unlink()
    (folder / CHAIN / "customers.xlsx").write_bytes(content)
    assert "customers.xlsx: found a damaged workbook" in faults(folder)


def customers_as_sheets(folder, sheets):
    """Write sheets of customers in place of their CSV file; each is a title, a state and what changes its rows."""
    path = folder / CHAIN / "customers.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, state, change in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in change([list(row) for row in rows]):
            sheet.append(row)
    book.save(path.with_suffix(".xlsx"))
    path.unlink()


def with_numbers_but(power):
    """The numbers of a table as numbers, but the power of its first row, which is a text."""

    def change(rows):
        at = rows[0].index("power_kw")
        for row in rows[1:]:
            row[:] = [float(cell) if cell.replace(".", "").isdigit() else cell for cell in row]
            row[rows[0].index("insee")] = str(int(row[rows[0].index("insee")]))
        rows[1][at] = power
        return rows

    return change


@pytest.mark.parametrize("power", ["1.500", "1,500", "32.000"])
def test_cells_of_numbers_do_not_settle_the_mark_of_a_text(folder, power):
    customers_as_sheets(folder, [("Clients", "visible", with_numbers_but(power))])
    assert f'power_kw: found "{power}"; expected a number that can be read in one way only' in faults(folder)


def test_a_number_of_three_decimals_is_read(folder):
    customers_as_sheets(folder, [("Clients", "visible", with_numbers_but(1.234))])
    assert coopgeo.open_study(folder).chain().customers["power_kw"].iloc[0] == 1.234


def test_two_sheets_with_the_headings_are_refused(folder):
    customers_as_sheets(folder, [(title, "visible", list) for title in ("2025", "2026")])
    assert "found the headings in the sheets 2025, 2026; expected one sheet with them" in faults(folder)


def test_the_sheet_that_is_shown_and_has_the_headings_is_read(folder, study):
    sheets = [("old", "hidden", lambda rows: rows[:2]), ("note", "visible", lambda _: [["mine"]])]
    customers_as_sheets(folder, [*sheets, ("Clients", "visible", list)])
    assert len(coopgeo.open_study(folder).chain().customers) == len(study.chain().customers)
