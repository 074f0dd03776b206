"""Kill the real command at random moments: all old files or all new ones are left, and the next run is right.

    python benchmarks/kill_exports.py run 30
    python benchmarks/kill_exports.py brief 30
    python benchmarks/kill_exports.py workbook 30

Writes the files of a small study in English and in French once. Then, each time: the English files are put in place,
the command is started in French, killed after a random time, and what stands there is compared with both. At the end
the command runs undisturbed, and no hidden folder may be left. `workbook` writes one file and replaces none, so that
nothing is put in place: after a kill there is none, or the whole one.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from small_study import write_small_study  # noqa: E402 beside the tests

CHAIN = "wood-energy"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["run", "brief", "workbook"])
    parser.add_argument("kills", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)  # noqa: S311 no secret
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        study = write_small_study(ROOT / "data" / "raw", folder / "data" / "raw")
        (folder / "data" / "processed").mkdir()
        words = [sys.executable, "-m", "coopgeo", asked.command, "--study", str(study)]
        words += [] if asked.command == "workbook" else ["--out"]
        written = "dossier.xlsx" if asked.command == "workbook" else CHAIN
        named = written if asked.command == "workbook" else ""  # within the folder that the command is told
        sets, took_s = {}, 0.0
        for lang in ("en", "fr"):
            start = time.perf_counter()
            (folder / lang).mkdir()
            subprocess.run(
                [*words, str(folder / lang / named), "--lang", lang], env=_environment(), check=True, stdout=-3
            )
            took_s = time.perf_counter() - start
            sets[lang] = _digest(folder / lang / written)
        if asked.command == "workbook":
            (folder / "en" / written).unlink()
            sets["en"] = _digest(folder / "en" / written)
        found = dict.fromkeys(("killed", "too late", "old", "new", "MIXED", "ABSENT"), 0)
        out = folder / "out"
        for number in range(asked.kills):
            _put(folder / "en" / written, out / written)
            first = 0.0 if number % 3 == 0 else 0.5  # most kills while files are written
            found[_killed([*words, str(out / named), "--lang", "fr"], took_s * moments.uniform(first, 1.1))] += 1
            is_set = {digest: name for name, digest in sets.items()}.get(_digest(out / written))
            spoilt = "MIXED" if (out / written).exists() else "ABSENT"
            found[{"en": "old", "fr": "new", None: spoilt}[is_set]] += 1
        _put(folder / "en" / written, out / written)
        subprocess.run([*words, str(out / named), "--lang", "fr"], env=_environment(), check=True, stdout=-3)
        left = [path.name for path in out.iterdir() if path.name != written]
        right = _digest(out / written) == sets["fr"]
    print(f"{asked.command}, {took_s:.1f} s undisturbed: {found}; left over: {left}; last run right: {right}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _killed(words: list[str], after_s: float) -> str:
    """Kill a command some time after it began."""
    process = subprocess.Popen(words, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return "killed"
    return "too late"


def _put(files: Path, place: Path) -> None:
    """Have files stand in a place, or nothing if there are none."""
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    if files.exists():
        shutil.copytree(files, place)


def _digest(folder: Path) -> str:
    """Of the content of a file, or of all files of a folder, and of results.json without how long each step took."""
    digest = hashlib.sha256()
    for path in sorted(path for path in (folder, *folder.rglob("*")) if path.is_file()):
        content = path.read_bytes()
        if path.name == "results.json":
            content = json.dumps(
                {key: value for key, value in json.loads(content).items() if key != "seconds"}
            ).encode()
        digest.update(f"{path.relative_to(folder)} {hashlib.sha256(content).hexdigest()}".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
