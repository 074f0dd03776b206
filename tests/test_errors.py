import pytest

from coopgeo.errors import Faults, InputError


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
        faults.add(row=row, expected="less")
    with pytest.raises(InputError, match=r"x\.csv has 80 faults") as error:
        faults.raise_if_any()
    assert "and 30 more" in str(error.value)
