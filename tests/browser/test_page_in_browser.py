"""The page in a browser: what is seen, what a click explains, what is asked of the network, and who can read it.

`make test-browser` brings what these tests need; where Chromium or playwright is not there they are skipped.
"""

import os
import shutil
from pathlib import Path

import pytest
from given import KIDAL, Given

from chronology import Chronology

CHROMIUM = shutil.which("chromium")
AXE = os.environ.get("AXE_CORE")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not here; make test-browser brings it")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not here; apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="module")
def kidal(tmp_path_factory):
    """The page of the Kidal case."""
    chronology = Chronology.create(tmp_path_factory.mktemp("browser") / "kidal")
    for name in ("article.toml", "reports.toml"):
        chronology.append(KIDAL / name)
    path = chronology.path / "kidal.html"
    path.write_text(chronology.page(), encoding="utf-8")
    return chronology, path


class Opened:
    """A page that is open, with all that it complained of and asked for."""

    def __init__(self, browser, path, address="", **options):
        self.said, self.asked = [], []
        self.page = browser.new_page(**options)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"file://{path}{address}")
        self.page.wait_for_selector("html[data-ready]")

    def numbers(self):
        return self.page.locator(".card .number").all_inner_texts()

    def scroll_through(self):
        self.page.evaluate("""async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 400) {
                scrollTo(0, y);
                await new Promise((done) => setTimeout(done, 40));
            }
        }""")
        for chart in self.page.locator("section:not([hidden]) .chart").all():
            chart.locator("svg, canvas").wait_for()


@pytest.fixture
def opened(browser, kidal):
    opened = Opened(browser, kidal[1])
    yield opened
    opened.page.close()


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        ("2023-10-30", []),
        ("2023-11-01", ["at least 10"]),
        ("2023-11-03", ["at least 17", "at least 8"]),
        ("2023-11-05", ["at least 17", "at least 8"]),
        ("2023-11-06", ["at least 39", "at least 8"]),
        ("2023-11-08", ["at least 39", "at least 8", "37"]),
    ],
)
def test_a_day_shows_the_figures_known_by_it(opened, day, numbers):
    opened.page.fill("#any-day", day)
    assert opened.numbers() == numbers


def test_the_slider_goes_by_keys_through_the_days_on_which_something_changed(opened):
    opened.page.focus("#known-by")
    opened.page.keyboard.press("Home")
    seen = [opened.page.get_attribute("#known-by", "aria-valuetext")]
    for _ in range(5):
        opened.page.keyboard.press("ArrowRight")
        seen.append(opened.page.get_attribute("#known-by", "aria-valuetext"))
    assert [text.split(" 2023")[0] for text in seen] == [
        "1 November", "2 November", "3 November", "6 November", "8 November", "30 November",
    ]  # fmt: skip


def test_a_click_on_39_names_the_15_as_stale_with_its_source(opened):
    opened.page.locator(".card", has_text="at least 39").click()
    dialog = opened.page.locator("dialog[open]")
    not_counted = dialog.locator("h3:has-text('Does not count') + ul > li", has_text="15 peacekeepers injured in all")
    assert "stale: below 39" in not_counted.inner_text()
    assert "Le Républicain · about 8 November 2023" in not_counted.inner_text()
    assert not_counted.locator("a").get_attribute("href").startswith("https://")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("dialog[open]").count() == 0


def test_two_days_show_what_changed_between_them(browser, kidal):
    opened = Opened(browser, kidal[1], "#known_by=2023-11-06&since=2023-11-03")
    card = opened.page.locator(".card", has_text="at least 39")
    assert "was at least 17" in card.inner_text()
    assert opened.page.locator("#reports tr.new").count() > 5
    assert opened.page.inner_text("#changes").startswith("Since 3 November 2023: figures changed: 1;")


def test_the_charts_move_with_the_slider(opened):
    opened.scroll_through()
    opened.page.fill("#any-day", "2023-11-03")
    toll = opened.page.locator("#toll .chart")
    sync_api.expect(toll).not_to_contain_text("Le Républicain")
    opened.page.fill("#any-day", "2023-11-08")
    sync_api.expect(toll).to_contain_text("Le Républicain")


def test_nothing_is_asked_of_the_network_and_nothing_complained_of(opened):
    opened.scroll_through()
    opened.page.locator(".card").first.click()
    assert [url for url in opened.asked if not url.startswith("file:")] == []
    assert opened.said == []


def test_text_of_a_stranger_runs_nothing(browser, tmp_path):
    text = "</script><script>document.title=1</script><img src=x onerror=document.title=1>"
    given = Given(tmp_path / "given")
    given.append(f"""
        [[ied_strike]]
        source = "{text}"
        quote = "<a href=javascript:document.title=1>"
        operation = "o <b>"
        place = {{name = "<i>", latitude = 18.4, longitude = 1.4}}
        injured = 8
    """)
    path = tmp_path / "page.html"
    path.write_text(Chronology(given.folder).page(title=text), encoding="utf-8")
    opened = Opened(browser, path)
    opened.scroll_through()
    opened.page.locator(".card").click()
    assert opened.page.title() == text
    assert opened.page.locator("a[href^=javascript], main img, dialog b, main i").count() == 0
    assert opened.said == []


def test_names_from_right_to_left_do_not_turn_the_numbers_beside_them(browser, tmp_path):
    given = Given(tmp_path / "given")
    given.append("""
        [[airstrike]]
        published = "2024-03-01"
        source = "وكالة الأنباء"
        perpetrators = ["القوات الجوية"]
        killed = "7..9 civilians"
    """)
    path = tmp_path / "page.html"
    path.write_text(Chronology(given.folder).page(), encoding="utf-8")
    opened = Opened(browser, path)
    assert "by \u2068القوات الجوية\u2069 · 7 to 9 civilians killed" in opened.page.inner_text("#reports")  # noqa: RUF001
    opened.scroll_through()
    assert "by \u2068القوات الجوية\u2069 · 7 to 9" in opened.page.locator("#timeline svg").text_content()  # noqa: RUF001


def test_of_several_operations_one_is_chosen_and_its_parts_follow(browser, tmp_path):
    given = Given(tmp_path / "given")
    given.append("""
        source = "AP"
        published = "2024-03-01"
        [[operation_named]]
        name = "offensive"
        title = "The offensive"
        [[operation_named]]
        name = "a front"
        parent = "offensive"
        [[airstrike]]
        operation = "a front"
        killed = 3
        [[airstrike]]
        operation = "offensive"
        killed = 5
        [[airstrike]]
        operation = "zone"
        killed = 1
    """)
    path = tmp_path / "page.html"
    path.write_text(Chronology(given.folder).page(), encoding="utf-8")
    opened = Opened(browser, path)
    assert opened.page.locator("#tolls h3").all_inner_texts() == ["The offensive", "a front"]
    assert opened.numbers() == ["8", "3"]
    opened.page.select_option("#operation", "zone")
    assert opened.numbers() == ["1"]
    assert opened.page.locator("#reports tbody tr").count() == 1


@pytest.mark.skipif(AXE is None, reason="axe-core is not here; make test-browser brings it")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, kidal, width, scheme):
    opened = Opened(browser, kidal[1], viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.scroll_through()
    script = Path(AXE).read_text(encoding="utf-8")
    for asks_why in (False, True):
        if asks_why:
            opened.page.locator(".card").first.click()
        opened.page.evaluate(f"() => {{ {script} }}")
        found = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        serious = [
            f"{each['id']}: {node['html'][:120]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]
        assert serious == []


def test_a_phone_needs_no_scrolling_sideways(browser, kidal):
    opened = Opened(browser, kidal[1], viewport={"width": 390, "height": 844})
    opened.scroll_through()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("lang", "direction", "number"), [("fr", "ltr", "au moins 39"), ("ar", "rtl", "39 على الأقل")])
def test_a_page_speaks_other_languages(browser, kidal, lang, direction, number):
    path = kidal[0].path / f"{lang}.html"
    path.write_text(kidal[0].page(lang=lang), encoding="utf-8")
    opened = Opened(browser, path)
    assert opened.page.get_attribute("html", "dir") == direction
    assert opened.numbers()[0] == number
    assert opened.said == []
