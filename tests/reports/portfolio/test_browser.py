"""The pages in a real browser: what axe-core finds, by day and by night, wide and narrow, and what is asked for.

Each page is copied, its policy taken out of the copy, axe put in; Chromium runs it without a window and the result is
read from the page. A page with faults shows that the checker sees them.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rubricapp.reports.pages.portfolio import write_pages

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DAY, NIGHT = "1", "0"  # as Chromium counts them


def find_axe() -> Path | None:
    """axe-core as a package for tests brings it."""
    for package in ("axe_playwright_python", "axe_core_python"):
        spec = importlib.util.find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            if (Path(folder) / "axe.min.js").is_file():
                return Path(folder) / "axe.min.js"
    return None


pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(find_axe() is None, reason="axe-core is not installed"),
]
RUN = """
<script src="axe.min.js"></script><script>
axe.run(document).then(found => {
  const kept = document.createElement('pre');
  kept.id = 'found';
  kept.textContent = JSON.stringify({
    faults: found.violations.map(each => [each.id, each.help, each.nodes.slice(0, 3).map(node => node.html)]),
    passes: found.passes.map(each => each.id),
    width: [document.documentElement.scrollWidth, innerWidth],
    night: matchMedia('(prefers-color-scheme: dark)').matches,
    ground: getComputedStyle(document.documentElement).backgroundColor,
  });
  document.body.append(kept);
});
</script>
"""


class Found(HTMLParser):
    """The text of the element that the script put into the page."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.inside = ("id", "found") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def chromium(tmp_path: Path, *arguments: str) -> str:
    """Run it without a window and a network; what it prints."""
    profile = tmp_path / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    quiet = "disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", *(f"--{each}" for each in quiet.split()),
         f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND", *arguments],
        capture_output=True, encoding="utf-8", errors="replace", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def inspect(tmp_path: Path, page: Path, scheme: str, size: str) -> dict:
    text, removed = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    assert removed == 1
    copy = page.with_name(f"_axe_{page.name}")
    copy.write_text(text.replace("</body>", f"{RUN}</body>"), "utf-8")
    shutil.copy(find_axe(), page.with_name("axe.min.js"))
    said = chromium(
        tmp_path, f"--blink-settings=preferredColorScheme={scheme}", f"--window-size={size}",
        "--virtual-time-budget=20000", "--dump-dom", copy.as_uri(),
    )  # fmt: skip
    copy.unlink()
    found = Found()
    found.feed(said)
    assert found.text, "axe did not answer"
    return json.loads(found.text)


@pytest.fixture
def written(tmp_path: Path, shows):
    def write(name: str) -> list[Path]:
        shown = shows[name]
        out = shown.put(tmp_path / "out")
        made = write_pages(shown.folio, shown.signature, shown.additions, out, shown.files)
        return [each for each in made if each.suffix == ".html"]

    return write


@pytest.mark.parametrize(("scheme", "size"), [(DAY, "1366,768"), (NIGHT, "500,800")])
@pytest.mark.parametrize("name", ["demo", "broken", "bare"])
def test_axe_finds_no_fault(name: str, scheme: str, size: str, written, tmp_path: Path) -> None:
    faults = {}
    pages = written(name)
    if name == "broken":  # its other pages are those of the demonstration
        pages = [each for each in pages if each.name in ("index.html", "verify.html")]
    for page in pages:
        found = inspect(tmp_path, page, scheme, size)
        assert found["night"] == (scheme == NIGHT)
        assert {"color-contrast", "document-title", "html-has-lang"} <= set(found["passes"])
        assert found["width"][0] <= found["width"][1], f"{page.name} is wider than the screen"
        if found["faults"]:
            faults[page.name] = found["faults"]
    assert faults == {}


def test_the_checker_sees_faults(written, tmp_path: Path) -> None:
    page = written("demo")[0]
    text = page.read_text("utf-8").replace('<meta name="viewport"', '<meta name="wrong"').replace(' lang="en"', "", 1)
    bad = '<p style="color:#bbb;background:#fff">grey on white</p><img src="files/still-1.jpg"><h5>too deep</h5></main>'
    page.write_text(text.replace("</main>", bad), "utf-8")
    seen = {each[0] for each in inspect(tmp_path, page, DAY, "1366,768")["faults"]}
    assert {"color-contrast", "image-alt", "html-has-lang"} <= seen


def test_day_and_night_have_grounds_of_their_own(written, tmp_path: Path) -> None:
    page = written("bare")[0]
    day, night = (inspect(tmp_path, page, each, "1366,768")["ground"] for each in (DAY, NIGHT))
    assert day != night


@pytest.mark.parametrize("name", ["demo", "ليلى حداد"])
def test_nothing_is_wider_than_a_telephone(name: str, written, tmp_path: Path) -> None:
    """320 pixels, as 1.4.10 asks: each page in a frame of that width tells how wide it became."""
    pages = written(name)
    frames = []
    for page in pages:
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
        tell = "parent.postMessage([location.pathname.split('/').pop(), document.documentElement.scrollWidth], '*')"
        (page.parent / f"_{page.name}").write_text(
            text.replace("</body>", f'<script>addEventListener("load", () => {tell})</script></body>'), "utf-8"
        )
        frames.append(f'<iframe src="_{page.name}" style="width:320px;height:800px;border:0"></iframe>')
    keep = (
        '<pre id="found"></pre><script>const all = []; addEventListener("message", said => { all.push(said.data); '
        'document.getElementById("found").textContent = JSON.stringify(all); })</script>'
    )
    driver = pages[0].parent / "_driver.html"
    driver.write_text(f"<!DOCTYPE html>{keep}{''.join(frames)}", "utf-8")
    said = chromium(tmp_path, "--virtual-time-budget=20000", "--dump-dom", driver.as_uri())
    found = Found()
    found.feed(said)
    widths = dict(json.loads(found.text))
    assert len(widths) == len(pages)
    assert {name: width for name, width in widths.items() if width > 320} == {}


def test_the_policy_lets_the_pages_own_things_in(written, tmp_path: Path) -> None:
    """As written, with its policy: the sheet and a picture are loaded from the disk, a script is not run."""
    page = written("demo")[0]
    text = page.read_text("utf-8")
    page.write_text(text.replace("</body>", "<script>document.title = 'it ran'</script></body>"), "utf-8")
    picture = tmp_path / "page.png"
    said = chromium(
        tmp_path, "--virtual-time-budget=5000", "--window-size=1366,1500", f"--screenshot={picture}", page.as_uri()
    )
    assert "it ran" not in said
    from PIL import Image

    with Image.open(picture) as shot:
        colours = {colour for _count, colour in shot.convert("RGB").getcolors(2_000_000)}
    assert any(abs(red - 250) < 9 and abs(green - 224) < 9 and abs(blue - 178) < 9 for red, green, blue in colours)
    dumped = chromium(tmp_path, "--virtual-time-budget=5000", "--dump-dom", page.as_uri())
    assert "<title>it ran</title>" not in dumped
