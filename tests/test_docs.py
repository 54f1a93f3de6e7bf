"""What the pages in docs/ say is what the code has and does."""

from __future__ import annotations

import argparse
import ast
import configparser
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flake8_gather.analysis.source import Source
from flake8_gather.catalogue import entries
from flake8_gather.cli import main
from flake8_gather.cli.parser import make_parser
from flake8_gather.cli.places import IN_JSON
from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.confidence import Confidence
from flake8_gather.finders import analyse
from flake8_gather.opportunity import Barrier
from flake8_gather.options import Options
from flake8_gather.plugin import GatherPlugin, options_of
from flake8_gather.rules import RULES
from tests.support import fixtures
from tests.test_catalogue import KEYS
from tests.test_layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
SECTIONS = "What it does|Why is this bad?|Example|Use instead|Fix safety|When it stays silent".split("|")
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LOW = Options(min_confidence=Confidence.LOW)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
each_linked = pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "benchmarks/README.md"], ids=lambda page: str(page.relative_to(ROOT))
)
each_rule = pytest.mark.parametrize("code", RULES)
each_barrier = pytest.mark.parametrize("barrier", Barrier)


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def prose(text: str) -> str:
    """Return a page without its code blocks."""
    return FENCE.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks in a language, without the indentation of the block."""
    found = (fence for fence in FENCE.finditer(text) if fence[2] == language)
    return [re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE) for fence in found]


def sections(text: str) -> dict[str, str]:
    """Return the text below each second heading."""
    headings = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(headings[1::2], headings[2::2], strict=True))


def anchors(text: str) -> set[str]:
    """Return what links can name on a page, as GitHub makes it from the headings."""
    headings: list[str] = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def linted(text: str) -> list[str]:
    """Return the codes that the flake8 plugin reports by default."""
    plugin = GatherPlugin(ast.parse(text), text.splitlines(keepends=True), "example.py")
    return [message.partition(" ")[0] for _, _, message, _ in plugin.run()]


def reported(text: str, options: Options) -> set[str]:
    found = analyse(Source.parse(text, "example.py"), options)
    return {one.code for one in found if one.reported(options.min_confidence)}


# -- rules ---------------------------------------------------------------------------------------------


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert [page.stem for page in sorted((DOCS / "rules").iterdir())] == list(RULES)


@each_rule
def test_page_of_a_rule_has_its_name_and_sections(code: str) -> None:
    page = read(f"rules/{code}.md")
    assert page.startswith(f"# {RULES[code].name} ({code})\n")
    assert list(sections(page)) == SECTIONS
    assert all(text.strip() for text in sections(page).values())


@each_rule
def test_example_is_found_and_becomes_what_to_use_instead(code: str) -> None:
    page = sections(read(f"rules/{code}.md"))
    (example,), (instead,) = blocks(page["Example"], "python"), blocks(page["Use instead"], "python")
    assert linted(example) == [code]
    assert linted(instead) == []
    assert rewrite(example, "example.py", Options()).text == instead
    assert rewrite(instead, "example.py", Options()).text == instead


# -- barriers ------------------------------------------------------------------------------------------


def test_every_barrier_has_its_heading_and_every_heading_a_barrier() -> None:
    assert list(sections(read("barriers.md")))[1:] == list(Barrier)


@each_barrier
def test_example_of_a_barrier_is_kept_for_it(barrier: Barrier) -> None:
    section = sections(read("barriers.md"))[barrier]
    (example,) = blocks(section, "python")
    found = analyse(Source.parse(example, "example.py"), Options())
    assert barrier in {one.barrier for one in found}
    assert linted(example) == []
    assert rewrite(example, "example.py", Options()).text == example
    assert section.count("\nOverride: ") == 1


@each_barrier
def test_low_confidence_lifts_the_barriers_that_say_so(barrier: Barrier) -> None:
    section = sections(read("barriers.md"))[barrier]
    (example,) = blocks(section, "python")
    assert (reported(example, LOW) != set()) == ("gather-min-confidence = low" in section)


# -- catalogue ------------------------------------------------------------------------------


def configured(text: str) -> Options:
    """Return the options that flake8 would read from an ini file."""
    parser = argparse.ArgumentParser()

    class Manager:
        def add_option(self, name: str, *, parse_from_config: bool, **settings: object) -> None:
            assert parse_from_config
            parser.add_argument(name, **settings)  # type: ignore[arg-type]

    GatherPlugin.add_options(Manager())  # type: ignore[arg-type]
    config = configparser.ConfigParser()
    config.read_string(text)
    return options_of(parser.parse_args([f"--{name}={value}" for name, value in config["flake8"].items()]))


def test_configuration_of_the_catalogue_does_what_is_said() -> None:
    page = read("catalogue.md")
    (settings,), (example,) = blocks(page, "ini"), blocks(page, "python")
    assert reported(example, Options()) == set()
    assert reported(example, configured(settings)) == {"GTH103"}


@pytest.fixture
def lamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A catalogue that holds nothing but the file of the recipe."""
    (data,) = blocks(read("catalogue.md"), "toml")
    (tmp_path / "lamps.toml").write_text(data, "utf-8")
    monkeypatch.setattr(entries, "_FOLDER", tmp_path)
    for cached in (entries._names, entries._library):
        cached.cache_clear()
    yield data
    for cached in (entries._names, entries._library):
        cached.cache_clear()


def test_recipe_for_a_library_works(lamps: str) -> None:
    (example,) = blocks(read("catalogue.md"), "python")
    assert reported(example, Options()) == {"GTH103"}
    assert reported(example.replace("bridge.state", "bridge.scene"), Options()) == set()
    assert lamps.startswith("# https://")
    assert set(re.findall(r"^([a-z]+)", lamps, re.MULTILINE)) <= KEYS["class"]


# -- explain -------------------------------------------------------------------------------------------


def test_pictures_are_those_that_explain_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    page = read("explain.md")
    (example,), (shown,) = blocks(page, "python"), blocks(page, "text")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.py").write_text(example, "utf-8")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    stock = "STOCK: dict[str, int] = {}\n\n\nasync def reserve(name: str) -> None:\n    STOCK[name] -= 1\n"
    (tmp_path / "shop/stock.py").write_text(stock, "utf-8")
    assert main(["explain", "-o", "pictures.txt", "order.py"]) == 1
    assert (tmp_path / "pictures.txt").read_text("utf-8") == f"{shown}\n"
    assert capsysbinary.readouterr().err == b"1 file, 1 reported, 1 kept (barriers: no-wait 1)\n"


def test_fields_of_the_json_form() -> None:
    assert re.findall(r"^\| `(\w+)` \|", read("explain.md"), re.MULTILINE) == IN_JSON


# -- the other pages -----------------------------------------------------------------------------------


def test_styles_write_what_is_shown() -> None:
    example, *shown = blocks(read("errors.md"), "python")
    options = (Options(), Options(style="taskgroup"), Options(limit=10))
    assert [rewrite(example, "example.py", one).text for one in options] == shown


def test_fixture_for_contributors_is_one(tmp_path: Path) -> None:
    (text,) = blocks(read("contributing.md"), "python")
    path = tmp_path / "fixture.py"
    path.write_text(text, "utf-8")
    fixture = fixtures.read(path)
    assert fixtures.findings(fixture.before, fixture) == fixture.findings != set()
    assert rewrite(fixture.before, str(path), fixture.options).text == fixture.expected != fixture.before
    assert fixture.is_runnable


def test_no_example_is_left_out() -> None:
    """Each page with Python on it has a test above that takes all of it."""
    pages = {str(page.relative_to(DOCS)): len(blocks(page.read_text("utf-8"), "python")) for page in PAGES}
    assert {name: number for name, number in pages.items() if number} == {
        **{f"rules/{code}.md": 2 for code in RULES},
        "barriers.md": len(Barrier),
        "catalogue.md": 1,
        "contributing.md": 1,
        "errors.md": 4,
        "explain.md": 1,
        "integrations.md": 1,  # a noxfile
        "sharding.md": 1,  # run by the tests of the examples
    }


# -- all pages -----------------------------------------------------------------------------------------


@each_linked
def test_links_lead_somewhere(page: Path) -> None:
    links: list[str] = re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text("utf-8")))
    for link in links:
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


@each_page
def test_codes_and_paths_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(re.findall(r"GTH\d{3}", text)) <= set(RULES)
    paths: list[str] = re.findall(r"`((?:flake8_gather|tests|docs|fixtures)/[\w/.]*)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@each_page
def test_options_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("fix", "explain"):
        with pytest.raises(SystemExit):
            make_parser().parse_args([command, "--help"])
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    named: list[str] = []

    class Manager:
        def add_option(self, name: str, **_settings: object) -> None:
            named.append(name.removeprefix("--"))

    GatherPlugin.add_options(Manager())  # type: ignore[arg-type]
    text = prose(page.read_text("utf-8"))
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known
    assert set(re.findall(r"`(gather-[a-z-]+)", text)) <= set(named)


def test_the_house_has_these_parts() -> None:
    listed: list[str] = re.findall(
        r"^\| `(\w+)(?:\.py|/)` \|", sections(read("contributing.md"))["The house"], re.MULTILINE
    )
    parts = [part for part in listed if part in set().union(*LAYERS)]
    assert set(parts) == set().union(*LAYERS)
    level = {name: number for number, names in enumerate(LAYERS) for name in names}
    assert [level[part] for part in parts] == sorted(level[part] for part in parts)
