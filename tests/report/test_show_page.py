"""Drawings and the catalogue's page: whole, self-contained, in both languages, accessible."""

import importlib.util
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.dom import minidom

import pytest
from report.browsing import opened

from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS, activation, own
from livegrad.report.function_page import to_page, write_page
from livegrad.report.notebook import card
from livegrad.report.plot import plot
from livegrad.text import LANGUAGES

VOID = {"meta", "link", "input", "br", "path", "rect", "circle", "mspace"}
FEW = [activation(name) for name in ("relu", "gelu", "tanh", "sine", "snake", "softmax")]


class Page(HTMLParser):
    """Nesting, headings, ids, links and whatever else a page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [tag] if tag not in VOID else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(v) for k, v in attrs if k in ("src", "href", "data", "action", "srcset")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def whole() -> str:
    return to_page(list(ACTIVATIONS.values()), "en")


def test_the_catalogue_is_one_whole_page_that_loads_nothing(whole: str) -> None:
    page = Page(whole)
    assert page.open == []
    assert page.headings[0] == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert set(ACTIVATIONS) <= set(page.ids)
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert all(link.startswith(("#", "data:,")) for link in page.links)
    assert not re.search(r"https?:|@import|url\(", whole)
    assert len(whole.encode()) < 1_500_000


def test_every_card_has_formula_drawing_and_words_in_both_languages(whole: str) -> None:
    cards = re.findall(r"<article.*?</article>", whole, flags=re.DOTALL)
    assert len(cards) == len(ACTIVATIONS)
    for one in cards:
        assert one.count("<math") == 1
        assert 'class="lg-plot"' in one
        assert 'lang="ko"' in one
        assert 'lang="en"' in one


def test_the_search_knows_the_names_of_the_libraries(whole: str) -> None:
    names = dict(re.findall(r'id="(\w+)" data-names="([^"]*)"', whole))
    assert "silu" in names["swish"]
    assert {"leaky_relu", "leakyrelu"} <= set(names["leaky_relu"].split())


def test_without_a_script_everything_can_be_read(whole: str) -> None:
    body = re.sub(r"<script.*?</script>", "", whole, flags=re.DOTALL)
    hidden = re.findall(r"<(\w+)[^>]*\shidden[\s>]", body)
    assert len(hidden) == 2  # the switches and the search: what only a script can do
    assert body.count("<article") == len(ACTIVATIONS)


def test_the_search_leaves_what_is_meant(browser: str, whole: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.html"
    file.write_text(whole, encoding="utf-8")
    shown = opened(browser, f"{file.as_uri()}?lang=ko&search=SiLU", tmp_path)
    assert '<html lang="ko">' in shown
    articles = dict(re.findall(r'<article [^>]*id="(\w+)"([^>]*)>', shown))
    left = {name for name, rest in articles.items() if "hidden" not in rest}
    meant = {name for name, entry in ACTIVATIONS.items() if "silu" in " ".join(names_of(entry))}
    assert "swish" in left
    assert left == meant
    assert f">{len(meant)} / {len(ACTIVATIONS)}</output>" in shown


def names_of(entry) -> list[str]:
    presets = [preset.name for preset in entry.aliases.presets]
    return [name.lower().replace("_", "") for name in (entry.id, *entry.aliases, *presets)]


def test_one_alone_gets_a_page_and_a_formula_cannot_become_markup() -> None:
    text = to_page([own("where(x < 0, 0, x)")], "ko")
    assert Page(text).open == []
    assert Page(text).headings[:2] == [1, 2]
    assert "<h1>where(x &lt; 0, 0, x)</h1>" in text


def test_a_file_of_someone_else_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    write_page(FEW[:2], file, "en")
    write_page(FEW[:2], file, "ko")
    other = tmp_path / "thesis.html"
    other.write_text("<p>years of work", encoding="utf-8")
    with pytest.raises(BadInput, match="thesis"):
        write_page(FEW[:2], other, "en")
    assert other.read_text(encoding="utf-8") == "<p>years of work"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_entry_can_be_drawn(name: str) -> None:
    text = activation(name).plot().svg()
    root = minidom.parseString(text).documentElement  # noqa: S318 - our own
    assert root.getAttribute("role") == "img"
    named = root.getAttribute("aria-labelledby").split()
    assert [f'id="{each}"' in text for each in named] == [True, True]
    assert not re.search(
        r"nan|inf[^o]", re.sub(r"<(title|desc|style).*?</\1>", "", text, flags=re.DOTALL)
    )


def test_the_curve_goes_where_the_function_goes() -> None:
    drawn = activation("relu").plot(low=-4, high=4).pictures[0]
    value, slope = drawn.curves
    points = [point for piece in value.pieces for point in piece]
    assert all(y == max(0.0, x) for x, y in points)
    assert points[0][0] == -4
    assert points[-1] == (4, 4)
    assert len(slope.pieces) == 2
    assert slope.dots == ((0.0, 0.0),)


def test_what_jumps_is_not_joined() -> None:
    assert len(activation("step").plot().pictures[0].curves[0].pieces) == 2
    assert len(activation("elu").plot().pictures[0].curves[0].pieces) == 1


def test_more_and_less_can_be_drawn() -> None:
    gelu = activation("gelu")
    assert [c.sign for c in gelu.plot(second=True).pictures[0].curves] == ["f", "f′", "f″"]
    assert [c.sign for c in gelu.plot(derivative=False).pictures[0].curves] == ["f"]
    assert "elu (alpha = 2)" in gelu.plot(activation("elu", alpha=2.0)).svg()


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, -2), (float("nan"), 1), (0, float("inf"))])
def test_an_interval_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(BadInput, match="low"):
        activation("relu").plot(low=low, high=high)


def test_a_drawing_is_saved_as_its_ending_says(tmp_path: Path) -> None:
    drawn = plot(activation("gelu"), language="ko")
    assert drawn.save(tmp_path / "a.svg").read_text(encoding="utf-8") == drawn.svg()
    page = drawn.save(tmp_path / "a.html").read_text(encoding="utf-8")
    assert Page(page).open == []
    assert "gelu, x는 −6부터 6까지" in page
    with pytest.raises(BadInput, match=r"\.svg"):
        drawn.save(tmp_path / "a.gelu")


def test_pixels_without_matplotlib_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(BadInput, match="pip install matplotlib"):
        plot(activation("gelu")).save(tmp_path / "a.png")


def test_pixels_with_matplotlib(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    file = plot(activation("gelu"), activation("step")).save(tmp_path / "a.png")
    assert file.read_bytes()[1:4] == b"PNG"


@pytest.mark.parametrize("entry", FEW, ids=lambda entry: entry.id)
def test_a_notebook_gets_a_card(entry) -> None:
    for language in LANGUAGES:
        text = card(entry, language)
        assert Page(text).open == []
        assert entry.about.say(language)[:20] in "".join(Page(text).words)
    assert entry._repr_html_().startswith("<div")
    assert "<svg" in entry.plot()._repr_html_()
