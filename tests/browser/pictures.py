"""The pictures of the README, made anew by `make pictures`: the page as a reader sees it, and a chart."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from chronology import Chronology
from chronology.charts.rendering import rendered

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TITLE = "The convoy from Kidal to Gao"


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        chronology = Chronology.create(Path(scratch) / "kidal")
        for name in ("article.toml", "reports.toml"):
            chronology.append(ROOT / "data" / "kidal" / name)
        toll = chronology.chart("toll", operation="kidal-gao", category="injured", definition=None)
        (PICTURES / "toll.svg").write_bytes(rendered(toll, ".svg"))
        path = Path(scratch) / "kidal.html"
        path.write_text(chronology.page(title=TITLE), encoding="utf-8")
        take(path)


def take(path):
    """The page with what changed between two days; and, on a phone, why a number is what it is."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        page = browser.new_page(viewport={"width": 1080, "height": 960})
        page.goto(f"file://{path}#known_by=2023-11-06&since=2023-11-03")
        page.locator("#toll .chart svg").wait_for()
        page.screenshot(path=PICTURES / "page.png")
        phone = browser.new_page(viewport={"width": 412, "height": 915}, color_scheme="dark", device_scale_factor=1.5)
        phone.goto(f"file://{path}#known_by=2023-11-08")
        phone.locator(".card").first.click()
        phone.locator("dialog h3", has_text="Does not count").scroll_into_view_if_needed()
        phone.screenshot(path=PICTURES / "why.png")
        browser.close()


if __name__ == "__main__":
    main()
