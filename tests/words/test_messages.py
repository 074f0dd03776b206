"""Every message that an error can bear is said in French too."""

import ast
import pickle
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import coopgeo
from coopgeo.errors import Column, Faults, InputError, Message
from coopgeo.text.messages import said

HOUSE = Path(coopgeo.__file__).parent
FRENCH = sorted((HOUSE / "text/french").glob("*.po"))


def templates() -> set[tuple[str, ...]]:
    """The words of every message in the code that are not names to fill in alone."""
    found = extract_from_dir(HOUSE, [("**.py", "python")], keywords={"Message": None, "of_number": (1, 2)})
    written = {words if isinstance(words, tuple) else (words,) for _, _, words, _, _ in found}
    return {
        words
        for words in written
        if any(any(map(str.isalpha, text)) for text, *_ in string.Formatter().parse(words[0]))
    }


def entries() -> dict[tuple[str, ...], tuple[str, ...]]:
    known = {}
    for path in FRENCH:
        with path.open("rb") as file:
            for entry in read_po(file, locale="fr"):
                if entry.id:
                    pair = (entry.id, entry.string)
                    words, french = ((one,) if isinstance(one, str) else tuple(one) for one in pair)
                    assert words not in known, f"{path.name}: {words[0]} stands twice"
                    known[words] = french
    return known


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_each_message_stands_in_the_french_catalogue_and_no_other():
    assert templates() - entries().keys() == set()
    known = {
        words
        for words in entries()
        if any(any(map(str.isalpha, text)) for text, *_ in string.Formatter().parse(words[0]))
    }
    assert known - templates() == set()


def test_the_french_words_are_filled_by_the_same_names():
    for words, french in entries().items():
        assert french
        assert all(french), words
        for said_so in french:
            assert names(said_so) == names(words[-1]), words


def test_a_fault_is_said_in_both_languages():
    faults = Faults("customers.csv")
    faults.add(
        row=4, id="lycee", column="power_kw", found=-1200.5, expected=Message("expected {expected}", expected="x")
    )
    with pytest.raises(InputError) as raised:
        faults.raise_if_any()
    assert (
        said(raised.value, "en").splitlines()[1] == '  row 4 (id "lycee"), power_kw: found -1200.5; expected expected x'
    )
    french = said(pickle.loads(pickle.dumps(raised.value)), "fr").splitlines()
    assert french[0] == "customers.csv\u00a0: 1 faute"
    assert "ligne 4 (id «\u00a0lycee\u00a0»)" in french[1]
    assert "trouvé -1200,5\u202f;" in french[1]
    assert "(power_kw)" in french[1]


def test_none_and_one_are_singular_in_french():
    words = ("{where} has {count} fault", "{where} has {count} faults")
    assert [said(Message.of_number(*words, count, where="a"), "fr") for count in (0, 1, 2)] == [
        "a\u00a0: 0 faute",
        "a\u00a0: 1 faute",
        "a\u00a0: 2 fautes",
    ]


def test_numbers_of_a_list_are_french_too():
    found = Message("found {values}", values=[0.3, 0.35])
    assert str(found) == "found 0.3, 0.35"
    assert said(Message("{values}", values=[0.3, 0.35]), "fr") == "0,3\u202f; 0,35"
    assert said(Message("{values}", values=[3, 4]), "fr") == "3, 4"


def test_a_column_without_a_french_name_is_said_as_it_is():
    assert said(Message("{column}", column=Column("no_such_column")), "fr") == "no_such_column"


def english_only(call):
    """The arguments of a call that an error would say in English alone."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    spoken = [word.value for word in call.keywords if word.arg in ("expected", "hint", "found")]
    if name in ("InputError", "InfeasibleError"):
        spoken += call.args
    return [one for one in spoken if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value)]


@pytest.mark.parametrize("path", sorted(HOUSE.rglob("*.py")), ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_what_errors_say_are_messages(path):
    if path == HOUSE / "text" / "__init__.py":  # below the errors' own words: an unknown language has no French
        return
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    assert [ast.unparse(one) for call in calls for one in english_only(call)] == []
