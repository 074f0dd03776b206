"""Size of exported pages and time to the first draw in headless Chromium, offline.

    python benchmarks/page.py PAGE.html …

The time is what the page notes itself (`data-drawn-ms`: from the start of the navigation to the end of the first
drawing), the median of seven openings in new contexts; a phone is a window of 390 x 844 with a processor slowed four
times.
"""

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

OPENINGS = 7


def first_draw_ms(browser: Browser, page: Path, width: int, height: int, slower: int) -> float:
    """Median time to the first draw."""
    times = []
    for _ in range(OPENINGS):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        tab = context.new_page()
        context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        tab.goto(page.resolve().as_uri())
        tab.wait_for_selector("html[data-drawn-ms]", state="attached")
        times.append(float(tab.evaluate("document.documentElement.dataset.drawnMs")))
        context.close()
    return statistics.median(times)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        print("| page | MB | first draw, desktop ms | first draw, phone ms |\n|---|---:|---:|---:|")
        for page in map(Path, sys.argv[1:]):
            desktop, phone = (first_draw_ms(browser, page, *screen) for screen in ((1440, 900, 1), (390, 844, 4)))
            print(f"| {page} | {page.stat().st_size / 1e6:.2f} | {desktop:.0f} | {phone:.0f} |")
        browser.close()


main()
