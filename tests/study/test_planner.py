"""The mistakes that people make in spreadsheets, and what they are told of them in French."""

import csv
import io

import openpyxl
import pytest
from conftest import ROOT
from small_study import CHAIN, write_small_study

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study.plausible import oddities
from coopgeo.text.messages import said

CUSTOMERS, POINTS, SITES = (f"{CHAIN}/{name}.csv" for name in ("customers", "collection_points", "candidate_sites"))
POWER = "Puissance bois (kW) (power_kw)"
STATUSES = "attesté (attested), calculé (computed), supposé (assumed)"
A_SOURCE = "attendu : une clé de sources.csv ; ajoutez-y la source si elle est nouvelle"
A_CODE = "attendu : un code INSEE de cinq caractères, en texte : 76114 et non 76 114"


@pytest.fixture
def small(tmp_path):
    return write_small_study(ROOT / "data" / "raw", tmp_path / "study")


def rows_of(folder, name):
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write(folder, name, rows, *, separator=",", encoding="utf-8", before=""):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    (folder / name).write_bytes((before + text.getvalue()).encode(encoding))


def cell(name, row, column, value):
    """A change of one cell."""

    def change(folder):
        rows = rows_of(folder, name)
        next(cells for cells in rows if cells[0] == row)[rows[0].index(column)] = value
        write(folder, name, rows)

    return change


def renamed(name, column, heading):
    def change(folder):
        rows = rows_of(folder, name)
        rows[0][rows[0].index(column)] = heading
        write(folder, name, rows)

    return change


def without(name, column):
    def change(folder):
        rows = rows_of(folder, name)
        at = rows[0].index(column)
        write(folder, name, [[*cells[:at], *cells[at + 1 :]] for cells in rows])

    return change


def row_again(folder):
    rows = rows_of(folder, CUSTOMERS)
    write(folder, CUSTOMERS, [*rows, rows[1]])


def swapped(folder):
    rows = rows_of(folder, SITES)
    lon, lat = rows[0].index("lon"), rows[0].index("lat")
    rows[1][lon], rows[1][lat] = rows[1][lat], rows[1][lon]
    write(folder, SITES, rows)


def workbook_named_csv(folder):
    book = openpyxl.Workbook()
    for row in rows_of(folder, CUSTOMERS):
        book.active.append(row)
    book.save(folder / "book.xlsx")
    (folder / "book.xlsx").replace(folder / CUSTOMERS)


def old_workbook(folder):
    (folder / CUSTOMERS).rename(folder / CHAIN / "customers.xls")


def in_toml(name, old, new):
    def change(folder):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def told(folder):
    """The faults of a folder in French, with plain spaces, without the path of the folder."""
    with pytest.raises(InputError) as error:
        coopgeo.open_study(folder)
    french = said(error.value, "fr").replace("\u00a0", " ").replace("\u202f", " ")
    return [line.strip().removeprefix(f"{CHAIN}/") for line in french.splitlines()[1:]]


def with_line(folder, words):
    """What is expected, with the number of the line of a TOML file that holds what is found in place of `{line}`."""
    if "{line}" not in words:
        return words
    path, found = next(folder.rglob(words.partition(" : ")[0])), words.split("`")[1]
    lines = path.read_text(encoding="utf-8").splitlines()
    return words.replace("{line}", str(next(at for at, line in enumerate(lines, 1) if line.startswith(found))))


MISTAKES = {
    "a letter in a number": (
        cell(CUSTOMERS, "ecole", "power_kw", "45O"),
        (
            f"customers.csv : ligne 2 (id « ecole »), {POWER} : trouvé « 45O » ; "
            "attendu : un nombre (une lettre O, l ou I est à la place d’un chiffre)"
        ),
    ),
    "a column that is lacking": (
        without(CUSTOMERS, "efficiency"),
        (
            "customers.csv : Rendement (efficiency) : trouvé un tableau sans cette colonne ; "
            "attendu : cette colonne aussi, avec son nom dans la première ligne"
        ),
    ),
    "a column under another name": (
        renamed(CUSTOMERS, "power_kw", "puissance kW"),
        (
            f"customers.csv : {POWER} : trouvé un tableau sans cette colonne ; attendu : cette colonne aussi, "
            "avec son nom dans la première ligne ; si c’est la colonne « puissance kW », renommez-la power_kw"
        ),
    ),
    "a commune that is unknown": (
        cell(CUSTOMERS, "ecole", "insee", "90099"),
        (
            "customers.csv : ligne 2 (id « ecole »), Code INSEE (insee) : trouvé « 90099 » ; attendu : un code de "
            "territory/communes.csv ; une commune qui a fusionné en a un nouveau"
        ),
    ),
    "a name in place of a code": (
        cell(CUSTOMERS, "ecole", "insee", "Encamp"),
        (
            f"customers.csv : ligne 2 (id « ecole »), Code INSEE (insee) : trouvé « Encamp » ; {A_CODE} ; "
            "Encamp a le code 90002"
        ),
    ),
    "an id that stands twice": (
        row_again,
        (
            "customers.csv : ligne 2 (id « ecole »), ligne 4 (id « ecole »), Identifiant (id) : trouvé « ecole » ; "
            "attendu : une valeur qu’aucune autre ligne n’a"
        ),
    ),
    "longitude and latitude swapped": (
        swapped,
        (
            "candidate_sites.csv : ligne 2 (id « vallee »), Longitude (degrés) (lon), Latitude (degrés) (lat) : "
            "trouvé 42,48 ; 1,495 ; attendu : un lieu entre 1,4 et 1,8 de longitude, 42,3 et 42,66 de latitude "
            "(le cadre, « frame », de study.toml) ; longitude et latitude semblent inversées"
        ),
    ),
    "a status that is none": (
        cell(CUSTOMERS, "ecole", "status", "vrai"),
        (
            "customers.csv : ligne 2 (id « ecole »), Statut (status) : trouvé « vrai » ; "
            f"attendu : un de ceux-ci : {STATUSES}"
        ),
    ),
    "a status with a letter less": (
        cell(CUSTOMERS, "ecole", "status", "suposé"),
        (
            "customers.csv : ligne 2 (id « ecole »), Statut (status) : trouvé « suposé » ; "
            f"attendu : un de ceux-ci : {STATUSES} ; vouliez-vous dire « supposé (assumed) » ?"
        ),
    ),
    "a source that is unknown": (
        cell(CUSTOMERS, "ecole", "source", "planing-hypothesis"),
        (
            f"customers.csv : ligne 2 (id « ecole »), Source (source) : trouvé « planing-hypothesis » ; {A_SOURCE} ; "
            "vouliez-vous dire « planning-hypothesis » ?"
        ),
    ),
    "a date in place of a number": (
        cell(CUSTOMERS, "ecole", "power_kw", "12/05/2025"),
        (
            f"customers.csv : ligne 2 (id « ecole »), {POWER} : trouvé « 12/05/2025 » ; attendu : un nombre "
            "(le tableur en a fait une date) ; mettez ces cellules au format texte et saisissez de nouveau le nombre"
        ),
    ),
    "less than nothing": (
        cell(CUSTOMERS, "ecole", "tonnes_year", "-120"),
        ("customers.csv : ligne 2 (id « ecole »), Quantité (t/an) (tonnes_year) : trouvé -120 ; attendu : plus de 0"),
    ),
    "a workbook called .csv": (
        workbook_named_csv,
        (
            "customers.csv : trouvé un classeur Excel (.xlsx) sous un autre nom ; attendu : un fichier texte ; "
            "donnez à celui-ci la terminaison .xlsx, ou enregistrez-le au format « CSV UTF-8 »"
        ),
    ),
    "a workbook of another kind": (
        old_workbook,
        (
            "customers.csv : attendu : ce fichier ; recopiez-le depuis le projet, ou créez-le comme l’explique "
            "README.md ; il y a customers.xls : donnez-lui le bon nom, ou enregistrez-le en .xlsx ou en .csv"
        ),
    ),
    "a percentage without its sign": (
        cell(CUSTOMERS, "ecole", "moisture", "35"),
        (
            "customers.csv : ligne 2 (id « ecole »), Humidité sur brut (0 à 0,69) (moisture) : trouvé 35 ; "
            "attendu : 0,69 au plus : c’est une part, 35 % s’écrit 0,35 ou 35 %"
        ),
    ),
    "a number with two meanings": (
        cell(CUSTOMERS, "ecole", "power_kw", "1,234"),
        (
            f"customers.csv : ligne 2 (id « ecole »), {POWER} : trouvé « 1,234 » ; attendu : un nombre qui ne se lise "
            "que d’une façon : écrivez-le sans séparateur de milliers, ou avec une décimale de plus"
        ),
    ),
    "a number with its unit": (
        cell(CUSTOMERS, "ecole", "power_kw", "450 kW"),
        (
            f"customers.csv : ligne 2 (id « ecole »), {POWER} : trouvé « 450 kW » ; "
            "attendu : un nombre sans son unité, par exemple 12,5"
        ),
    ),
    "a blank": (
        cell(CUSTOMERS, "ecole", "name", ""),
        (
            "customers.csv : ligne 2 (id « ecole »), Nom (name) : rien n’est saisi ; "
            "attendu : un texte (la case ne peut pas rester vide)"
        ),
    ),
    "a number that cannot be": (
        cell(CUSTOMERS, "ecole", "power_kw", "1000000000"),
        f"customers.csv : ligne 2 (id « ecole »), {POWER} : trouvé 1000000000 ; attendu : 1000000 au plus",
    ),
    "more forest than ground": (
        cell("territory/forest_by_commune.csv", "90001", "forest_conifer_ha", "90000"),
        (
            "territory/forest_by_commune.csv : ligne 2 (id « 90001 »), Forêt de feuillus (ha) (forest_broadleaf_ha), "
            "Forêt de résineux (ha) (forest_conifer_ha), Forêt de peuplement non précisé (ha) (forest_other_ha) : "
            "trouvé 91000 ha de forêt ; attendu : au plus la surface de la commune, 6000 ha dans communes.csv"
        ),
    ),
    "a decimal comma in TOML": (
        in_toml(f"{CHAIN}/chain.toml", "value = 0.3\n", "value = 0,3\n"),
        (
            "chain.toml : ligne {line} : trouvé `value = 0,3` (colonne 10) ; "
            "attendu : un point décimal dans ce fichier : 0.35 et non 0,35"
        ),
    ),
    "a number in quotes": (
        in_toml(f"{CHAIN}/chain.toml", "value = 0.3\n", 'value = "0.3"\n'),
        "chain.toml : parameters.delivered_moisture.value : trouvé « 0.3 » ; attendu : un nombre, sans guillemets",
    ),
    "true in place of a number": (
        in_toml(f"{CHAIN}/chain.toml", "value = 0.3\n", "value = true\n"),
        "chain.toml : parameters.delivered_moisture.value : trouvé « True » ; attendu : un nombre, sans guillemets",
    ),
    "a date that is a week": (
        in_toml("study.toml", 'date = "2026-11-22"', 'date = "2026-W47-7"'),
        "study.toml : Date (date) : trouvé « 2026-W47-7 » ; attendu : une date année-mois-jour, par exemple 2026-01-31",
    ),
    "a text without quotes": (
        in_toml("study.toml", 'truck = "semi-44t"', "truck = semi-44t"),
        (
            "study.toml : ligne {line} : trouvé `truck = semi-44t` (colonne 9) ; "
            'attendu : les textes entre guillemets droits : nom = "texte"'
        ),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_french(small, mistake):
    change, words = MISTAKES[mistake]
    change(small)
    assert told(small) == [with_line(small, words)]


def test_a_wrong_heading_hides_no_other_fault(small):
    for change in (
        renamed(CUSTOMERS, "full_load_h", "heures"),
        cell(CUSTOMERS, "ecole", "moisture", "35"),
        cell(CUSTOMERS, "piscine", "role", "desservi e"),
        cell(CUSTOMERS, "piscine", "insee", "90009"),
        cell(SITES, "col", "source", "planing-hypothesis"),
        in_toml("study.toml", 'truck = "semi-44t"', 'truck = "semi-44"'),
    ):
        change(small)
    lines = told(small)
    assert [line.partition(" : trouvé")[0] for line in lines] == [
        "customers.csv : Heures à pleine puissance (h/an) (full_load_h)",
        "customers.csv : ligne 2 (id « ecole »), Humidité sur brut (0 à 0,69) (moisture)",
        "customers.csv : ligne 3 (id « piscine »), Rôle (role)",
        "customers.csv : ligne 3 (id « piscine »), Code INSEE (insee)",
        "candidate_sites.csv : ligne 3 (id « col »), Source (source)",
        "study.toml : Camion (truck)",
    ]


def test_headings_of_another_table_are_one_fault(small):
    rows = rows_of(small, CUSTOMERS)
    write(small, CUSTOMERS, [["colonne 1", "colonne 2", "colonne 3"], *rows[1:]])
    (line,) = told(small)
    assert line.startswith("customers.csv : ligne 1 : trouvé les titres de colonnes colonne 1, colonne 2, colonne 3 ;")


def test_what_many_rows_have_is_one_fault(small):
    rows = rows_of(small, "roads/speeds.csv")
    write(small, "roads/speeds.csv", [rows[0], *([*cells[:2], "vite", *cells[3:]] for cells in rows[1:])])
    (line,) = told(small)
    assert line.startswith("roads/speeds.csv : ligne 2 (id « semi-44t »), ligne 3 (id « semi-44t »), ligne 4 (id")
    assert f"et {len(rows) - 4} autres lignes, Vitesse (km/h) (speed_kmh) : trouvé « vite »" in line


def new_boiler(rows):
    """A boiler as a French planner adds it."""
    values = {**dict(zip(rows[0], rows[1], strict=True)), "id": "nouvelle", "lon": "1,5218", "lat": "42,5063"}
    values |= {"power_kw": "1 200", "efficiency": "85 %", "moisture": "0,3", "status": "Attestée", "role": "Desservie"}
    return [values[column] for column in rows[0]]


def semicolons(folder, name, rows):
    write(folder, name, rows, separator=";", encoding="utf-8-sig")


def of_windows(folder, name, rows):
    write(folder, name, rows, separator=";", encoding="cp1252", before="sep=;\r\n")


def tabs(folder, name, rows):
    write(folder, name, rows, separator="\t", encoding="utf-16")


def commas(folder, name, rows):
    write(folder, name, rows)


def one_column(folder, name, rows):
    """A file of commas that a French spreadsheet opened in one column and saved, with a row added in columns."""
    lines = []
    for cells in rows[:-1]:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        lines.append([text.getvalue(), *[""] * (len(cells) - 1)])
    semicolons(folder, name, [*lines, rows[-1]])


def under_a_title(folder, name, rows):
    semicolons(folder, name, [["Chaufferies du territoire"], [], *rows])


def french_headings(folder, name, rows):
    french = {"id": "Identifiant", "power_kw": "Puissance bois (kW)", "efficiency": "rendement", "insee": "Code INSEE"}
    semicolons(folder, name, [[french.get(heading, heading.upper()) for heading in rows[0]], *rows[1:]])


@pytest.mark.parametrize(
    "save", [semicolons, of_windows, tabs, commas, one_column, under_a_title, french_headings], ids=lambda f: f.__name__
)
def test_the_mixed_spreadsheet_is_read(small, save):
    """Rows that are left as they came, with points, and one that is typed in French."""
    before = coopgeo.open_study(small).chain().customers
    rows = rows_of(small, CUSTOMERS)
    save(small, CUSTOMERS, [*rows, new_boiler(rows)])
    after = coopgeo.open_study(small).chain().customers
    assert after.drop("nouvelle").equals(before)
    added = after.loc["nouvelle"]
    assert (added["lon"], added["power_kw"], added["efficiency"]) == (1.5218, 1200, 0.85)
    assert (added["status"], added["role"], added["name"]) == ("attested", "served", "École")


def test_a_boiler_in_megawatts_is_remarked(small):
    cell(CUSTOMERS, "ecole", "power_kw", "0.4")(small)
    remark, *areas = oddities(coopgeo.open_study(small))[::-1]
    assert all("area_ha" in area for area in areas)  # the squares of the small study are larger than it says
    assert said(remark, "fr").replace("\u00a0", " ").replace("\u202f", " ") == (
        f"{CUSTOMERS} : ligne 2 (id « ecole »), {POWER} : trouvé 0,4 ; "
        "attendu : d’ordinaire de 20 à 150 000 kW ; est-ce bien en kW, et non en MW ou en W ?"
    )
