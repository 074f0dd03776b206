import pytest

from coopgeo.errors import Faults, InputError
from coopgeo.text.messages import said


def test_no_fault_raises_nothing():
    Faults("customers.csv").raise_if_any()


def test_all_faults_stand_in_one_error():
    faults = Faults("customers.csv")
    faults.add(row=4, id="lycee", column="power_kw", found=-120, expected="0 or more")
    faults.add(column="efficiency", expected="this column")
    with pytest.raises(InputError) as error:
        faults.raise_if_any()
    assert str(error.value).splitlines() == [
        "customers.csv has 2 faults",
        '  row 4 (id "lycee"), power_kw: found -120; expected 0 or more',
        "  efficiency: expected this column",
    ]


def test_faults_of_a_part_keep_its_name():
    whole, part = Faults("data/raw"), Faults("sources.csv")
    part.add(row=2, column="date", expected="a text")
    whole.extend(part)
    assert whole.lines == ["sources.csv: row 2, date: expected a text"]


def test_a_long_list_is_cut_and_says_so():
    faults = Faults("x.csv")
    for row in range(80):
        faults.add(row=row, expected=f"less than {row}")
    with pytest.raises(InputError, match=r"x\.csv has 80 faults") as error:
        faults.raise_if_any()
    assert "and 30 more" in str(error.value)


def test_many_faults_of_one_cause_are_one_line():
    faults = Faults("x.csv")
    for row in range(2, 86):
        faults.add(row=row, id=f"boiler-{row}", column="lon", found=f"0.{row}", expected="a decimal comma")
    faults.add(row=3, column="lat", found="x", expected="a number")
    with pytest.raises(InputError) as error:
        faults.raise_if_any()
    assert str(error.value).splitlines() == [
        "x.csv has 2 faults",
        (
            '  row 2 (id "boiler-2"), row 3 (id "boiler-3"), row 4 (id "boiler-4") and 81 more rows, lon: '
            'found "0.2", "0.3", "0.4"; expected a decimal comma'
        ),
        '  row 3, lat: found "x"; expected a number',
    ]
    assert said(error.value, "fr").splitlines()[1].startswith("  ligne 2 (id «\u00a0boiler-2\u00a0»), ligne 3")


def test_few_faults_of_one_cause_stand_apart_unless_the_same_is_found():
    faults = Faults("x.csv")
    for row, found in ((2, "a"), (3, "b")):
        faults.add(row=row, column="lon", found=found, expected="a number")
        faults.add(row=row, column="role", found="client", expected="a role", hint='did you mean "served"?')
    with pytest.raises(InputError) as error:
        faults.raise_if_any()
    assert str(error.value).splitlines()[1:] == [
        '  row 2, lon: found "a"; expected a number',
        '  row 3, lon: found "b"; expected a number',
        '  row 2, row 3, role: found "client"; expected a role; did you mean "served"?',
    ]


def test_a_cell_has_one_fault_and_a_column_that_is_lacking_no_other():
    whole = Faults("data/raw")
    for expected in ("a number", "0 or more"):
        part = Faults("x.csv")
        part.add(row=2, column="lon", found="a", expected=expected)
        part.add(row=3, column="lat", found="a", expected=expected)
        whole.extend(part)
    lacking = Faults("y.csv")
    lacking.add_column("role", expected="this column")
    whole.extend(lacking)
    later = Faults("y.csv")
    later.add(row=2, column="role", found="", expected="a role")
    later.add(row=2, column="fuel, role", found="", expected="chips")
    later.add(row=2, column="fuel", found="", expected="chips")
    whole.extend(later)
    assert [line.partition(": found")[0] for line in whole.lines] == [
        "x.csv: row 2, lon",
        "x.csv: row 3, lat",
        "y.csv: role: expected this column",
        "y.csv: row 2, fuel",
    ]


def test_a_blank_is_said_as_such_in_french():
    faults = Faults("x.csv")
    faults.add(row=2, found="", expected="0")
    assert said(faults.lines[0], "fr") == "ligne 2\u00a0: rien n’est saisi\u202f; attendu\u00a0: 0"
