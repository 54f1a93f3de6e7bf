"""Everything the analysis of one file needs, made once and lazily."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers, event_loops
from flake8_gather.analysis.callees import Callees
from flake8_gather.analysis.modules import folders_of
from flake8_gather.analysis.precedents import Precedents
from flake8_gather.analysis.project import ClassSymbol, Project
from flake8_gather.analysis.receivers import Receivers
from flake8_gather.analysis.remembering import forget
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.summaries import Summaries, remembered
from flake8_gather.analysis.types import Scope
from flake8_gather.catalogue import Catalogue
from flake8_gather.confidence import Confidence

if TYPE_CHECKING:
    from collections.abc import Collection

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.knowledge import Knowledge
    from flake8_gather.analysis.needs import Needs
    from flake8_gather.analysis.source import Function, Source
    from flake8_gather.analysis.summaries import Remembered
    from flake8_gather.opportunity import Reason
    from flake8_gather.options import Options


class FileContext:
    """One file with its options; what reads other files or data is made when first asked for."""

    def __init__(self, source: Source, options: Options, *, reported_only: bool = False) -> None:
        """Take the file and the settings; `reported_only`: groups that are kept are not wanted."""
        forget()
        self.source = source
        self.options = options
        self.reported_only = reported_only

    @property
    def doubts_decide(self) -> bool:
        """Whether what is not known of a callee is enough to pass a group over."""
        return self.reported_only and self.options.min_confidence > Confidence.LOW

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The folders on the way to the file, as far as they are named, and its own name."""
        return PurePath(self.source.path).parts or ("",)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The library facts, extended by the user's names."""
        options = self.options
        helper = (options.gather_function,) if options.gather_function else ()
        return Catalogue(options.ordered, options.exclusive, options.concurrent, helper)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders that the file's imports start from."""
        return folders_of(self.source.path, follow=self.options.follow_imports)

    @cached_property
    def remembered(self) -> Remembered:
        """What earlier files have left to know of other modules."""
        return remembered(self.folders, self.options).trimmed()

    @property
    def needs(self) -> Needs:
        """What the verdicts about the file rest on besides the file itself."""
        return self.remembered.needs

    @cached_property
    def project(self) -> Project:
        """The modules around the file."""
        return Project(self.source, self.folders, self.needs)

    @cached_property
    def receivers(self) -> Receivers:
        """The type inference."""
        return Receivers(self.project, self.catalogue)

    @cached_property
    def callees(self) -> Callees:
        """What awaited callees are known to do."""
        callees = Callees(self.receivers, self.catalogue)
        callees.summaries = Summaries(callees, {}, self.elsewhere.summaries)
        return callees

    @cached_property
    def elsewhere(self) -> Callees:
        """What callees are known to do in the functions of other modules."""
        callees = Callees(Receivers(Project(None, self.folders, self.needs), self.catalogue), self.catalogue)
        callees.summaries = Summaries(callees, self.remembered.summaries)
        return callees

    def close(self) -> None:
        """Part what knows each other, so that all of it is gone without Python's garbage collector looking for it."""
        if "callees" in self.__dict__:
            for callees in (self.callees, self.elsewhere):
                callees.summaries = None

    @cached_property
    def other_loop(self) -> Found | None:
        """The barrier that holds where another event loop runs the file."""
        return event_loops.not_asyncio(self)

    @cached_property
    def project_loop(self) -> Found | None:
        """The barrier that holds where another event loop runs a module that the file imports."""
        return event_loops.project_loop(self)

    @cached_property
    def precedents(self) -> Precedents:
        """What the file gathers elsewhere."""
        return Precedents(self.source)

    def function(self, function: Function) -> FunctionContext:
        """Return the context of one async function."""
        owner = function.owner
        outer = tuple(node for node in function.outer if isinstance(node, FunctionNode))
        scope = Scope(self.source, function.node, ClassSymbol(self.source, owner) if owner else None, outer)
        return FunctionContext(self, function, scope)


@dataclass(frozen=True)
class FunctionContext:
    """One async function and the file around it."""

    file: FileContext
    function: Function
    scope: Scope
    _known: dict[ast.expr, Knowledge] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def excluded(self) -> Found | None:
        """The barrier that holds for everything in the function, if there is one."""
        return self.file.other_loop or barriers.in_test(self)

    @property
    def passed_over(self) -> bool:
        """Whether nothing in the function is wanted, except where it defeats itself."""
        return self.file.reported_only and self.excluded is not None

    def know(self, awaited: ast.expr) -> Knowledge:
        """Return what awaiting an expression of the function is known to do."""
        if awaited not in self._known:
            self._known[awaited] = self.file.callees.know(awaited, self.scope)
        return self._known[awaited]

    def precedent(self, call: ast.Call, varying: Collection[str] | None) -> Reason | None:
        """Return where another function of the file gathers the callee: with its likes, where such are `varying`."""
        node = self.function.node
        if isinstance(call.func, ast.Name) and call.func.id in self.file.receivers.bindings(node):
            return None  # elsewhere the name means something else
        return self.file.precedents.find(call, node, varying)
