"""Implementers of abstract methods, also where what was parsed has been forgotten in between."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from flake8_gather.analysis import outline
from flake8_gather.analysis.hierarchy import implementers
from flake8_gather.analysis.needs import Needs
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, class_body

if TYPE_CHECKING:
    from pathlib import Path

PAGES = """\
class Pages({base}):
    async def fetch(self, url): ...


class WebPages({base_of_web}):
    async def fetch(self, url):
        return await get(url)
"""


@pytest.mark.parametrize(("base", "base_of_web"), [("Protocol", "object"), ("ABC", "Pages")])
def test_a_method_is_not_its_own_implementer(tmp_path: Path, base: str, base_of_web: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    path = tmp_path / "shop" / "pages.py"
    path.write_text(PAGES.format(base=base, base_of_web=base_of_web), "utf-8")
    source = read_module(str(path))
    assert source is not None
    node = source.definition("Pages")
    assert isinstance(node, ast.ClassDef)
    owner = ClassSymbol(source, node)
    method = class_body(owner)["fetch"]
    assert isinstance(method, ast.AsyncFunctionDef)
    outline._parse.cache_clear()
    read_module.cache_clear()
    found = implementers(FunctionSymbol(source, method, owner), Needs())
    assert [one.owner.node.name for one in found if one.owner is not None] == ["WebPages"]
