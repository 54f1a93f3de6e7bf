"""The configuration of `fix` and `explain`: flake8's own, `[tool.flake8-gather]`, the command line.

The linter knows flake8's configuration only, so that one wins over pyproject.toml: what is flagged
is what is rewritten. The command line wins over both.
"""

from __future__ import annotations

import argparse
import configparser
import dataclasses
import importlib.util
import logging
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flake8 import utils
from flake8.exceptions import ExecutionError
from flake8.formatting.default import Nothing
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.aggregator import aggregate_options
from flake8.options.config import load_config
from flake8.options.manager import OptionManager
from flake8.style_guide import Decision, StyleGuideManager

from flake8_gather.formatting import Flake8, Layouts, table
from flake8_gather.options import Options
from flake8_gather.plugin import GatherPlugin, options_of
from flake8_gather.rules import RULES
from flake8_gather.settings import confidence, helper, patterns, style, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

LOG = logging.getLogger(__name__)
IN_FLAKE8 = {
    "gather_min_confidence": "min_confidence",
    "gather_no_follow_imports": "follow_imports",
    "gather_ordered": "ordered",
    "gather_exclusive": "exclusive",
    "gather_concurrent": "concurrent",
    "gather_function": "gather_function",
}


class ConfigError(Exception):
    """A setting that makes no sense, said in one line."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings: the options, what flake8 leaves out, contradictions to tell the user, layouts of folders."""

    options: Options
    exclude: tuple[str, ...]
    select: tuple[str, ...]
    guides: StyleGuideManager
    contradictions: tuple[str, ...]
    layouts: Layouts

    def options_for(self, path: str) -> Options:
        """Return the options for one file, with the layout that the folders above it ask for."""
        layout = self.layouts.of(Path(path).absolute().parent)
        return dataclasses.replace(self.options, line_length=layout.line_length, strict_zip=layout.strict_zip)

    def excluded(self, path: str) -> bool:
        """Tell whether flake8's `exclude` covers the file or folder."""
        return utils.matches_filename(path, self.exclude, '"%(path)s" has %(whether)sbeen excluded', LOG)

    def codes(self, path: str) -> frozenset[str]:
        """Return the rules to follow in this file: those that flake8 would report if it is not excluded."""
        decide = self.guides.style_guide_for(path).decider.decision_for
        return frozenset(code for code in RULES if code.startswith(self.select) and decide(code) is Decision.Selected)


def load(folder: Path, overrides: Mapping[str, Any], select: tuple[str, ...] = ()) -> Configuration:
    """Read the configuration that holds in the working folder. Raises `ConfigError`.

    `overrides` are fields of `Options` set on the command line, `select` is its --select.
    """
    pyproject = _pyproject(folder)
    project = table(pyproject, "tool")
    parsed, given = flake8_options(project.get("flake8", {}))
    everything = dataclasses.asdict(options_of(parsed))
    from_flake8 = {setting: everything[setting] for name, setting in IN_FLAKE8.items() if name in given}
    from_project = _own_table(project.get("flake8-gather", {}))
    return Configuration(
        options=Options(**{**from_project, **from_flake8, **overrides}),
        layouts=Layouts(_flake8(parsed, given)),
        exclude=(*parsed.exclude, *parsed.extend_exclude),
        select=select or ("",),
        guides=_guides(parsed, select),
        contradictions=tuple(_contradictions(from_flake8, from_project, overrides)),
    )


def _flake8(parsed: argparse.Namespace, given: Collection[str]) -> Flake8:
    """Return what flake8's configuration says of line lengths and codes."""
    return Flake8(
        parsed.max_line_length if "max_line_length" in given else None,
        (*(parsed.select or ()), *(parsed.extend_select or ())),
        (*(parsed.ignore or ()), *(parsed.extend_ignore or ())),
    )


def _guides(parsed: argparse.Namespace, select: tuple[str, ...]) -> StyleGuideManager:
    """Return flake8's own judge of what is selected and ignored in which file.

    A `select` in its configuration that names no rule of this plugin is older than the plugin, and
    does not hold.
    """
    if select or not any(_names_a_rule(prefix) for prefix in parsed.select or ()):
        parsed.select = list(select) or None
    try:
        return StyleGuideManager(parsed, Nothing(parsed))
    except ExecutionError as error:
        raise ConfigError(f"flake8's configuration: {_one_line(error)}") from error


def _names_a_rule(prefix: str) -> bool:
    return any(code.startswith(prefix) for code in RULES)


def flake8_options(table: Mapping[str, Any]) -> tuple[argparse.Namespace, frozenset[str]]:
    """Return flake8's options as its configuration sets them, and the names set there.

    `table` is `[tool.flake8]`, which holds where flake8 has no configuration or Flake8-pyproject says so.
    """
    manager = OptionManager(version="", plugin_versions="", parents=[stage1_arg_parser()], formatter_names=[])
    manager.parser.exit_on_error = False
    register_default_options(manager)
    GatherPlugin.add_options(manager)
    manager.extend_default_select(["GTH"])
    try:
        cfg, folder = load_config(None, [])
        if table and ("flake8" not in cfg or _pyproject_wins()):
            cfg, folder = configparser.RawConfigParser(), str(Path.cwd())
            cfg.read_dict({"flake8": {name: _ini(value) for name, value in table.items()}})
        parsed = aggregate_options(manager, cfg, folder, [])
    except (argparse.ArgumentError, ValueError, ExecutionError, configparser.Error) as error:
        raise ConfigError(f"flake8's configuration: {_one_line(error)}") from error
    return parsed, frozenset(name.replace("-", "_") for name in (cfg["flake8"] if cfg.has_section("flake8") else ()))


def _pyproject_wins() -> bool:
    """Tell whether Flake8-pyproject is at work, which puts `[tool.flake8]` above every other configuration."""
    return importlib.util.find_spec("flake8p") is not None and Path("pyproject.toml").exists()


def _ini(value: object) -> str:
    """Write a TOML value as an ini file has it."""
    if isinstance(value, dict):
        return "\n".join(f"{name}:{_ini(codes)}" for name, codes in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _pyproject(folder: Path) -> dict[str, Any]:
    """Return the nearest pyproject.toml, from the folder upwards."""
    for parent in (folder, *folder.parents):
        if (parent / "pyproject.toml").is_file():
            return _toml(parent / "pyproject.toml")
    return {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path.name}: {_one_line(error)}") from error


def _own_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return `[tool.flake8-gather]` as fields of `Options`."""
    settings = {}
    for name, value in table.items():
        read = READERS.get(name)
        if read is None:
            raise ConfigError(
                f"pyproject.toml: [tool.flake8-gather] has no setting {name!r}; it has {', '.join(READERS)}"
            )
        try:
            settings[name.replace("-", "_")] = read(value)
        except argparse.ArgumentTypeError as error:
            raise ConfigError(f"pyproject.toml: [tool.flake8-gather] {name}: {error}") from error
    return settings


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise argparse.ArgumentTypeError(f"{str(value)!r} is not true or false")
    return value


def _string(read: Callable[[str], Any]) -> Callable[[object], Any]:
    def read_string(value: object) -> Any:
        if not isinstance(value, str):
            raise argparse.ArgumentTypeError(f"{str(value)!r} is not a string")
        return read(value)

    return read_string


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return patterns(",".join(value))
    raise argparse.ArgumentTypeError(f"{str(value)!r} is not a list of strings")


READERS: dict[str, Callable[[object], Any]] = {
    "min-confidence": _string(confidence),
    "follow-imports": _flag,
    "ordered": _names,
    "exclusive": _names,
    "concurrent": _names,
    "gather-function": _string(helper),
    "style": _string(style),
    "limit": lambda value: whole(str(value)),
}


def _contradictions(
    from_flake8: Mapping[str, Any], from_project: Mapping[str, Any], overrides: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what flake8's configuration and pyproject.toml set differently, if it matters."""
    for setting in sorted((from_flake8.keys() & from_project.keys()) - overrides.keys()):
        if from_flake8[setting] != from_project[setting]:
            name = setting.replace("_", "-")
            yield f"{name} is set differently in flake8's configuration, which holds, and in pyproject.toml"
