"""The configuration of `fix` and `explain`: flake8's own, `[tool.flake8-gather]`, the command line.

The linter knows flake8's configuration only, so that one wins over pyproject.toml: what is flagged
is what is rewritten. The command line wins over both.
"""

from __future__ import annotations

import argparse
import configparser
import dataclasses
import logging
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flake8 import utils
from flake8.exceptions import ExecutionError
from flake8.main.options import register_default_options
from flake8.options.aggregator import aggregate_options
from flake8.options.config import load_config
from flake8.options.manager import OptionManager

from flake8_gather.options import Options
from flake8_gather.plugin import GatherPlugin, options_of
from flake8_gather.rules import RULES
from flake8_gather.settings import confidence, helper, patterns, style, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    """All settings: the options, what flake8 leaves out, and the contradictions to tell the user."""

    options: Options = field(default_factory=Options)
    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file: tuple[tuple[str, tuple[str, ...]], ...] = ()
    contradictions: tuple[str, ...] = ()

    def excluded(self, path: str) -> bool:
        """Tell whether flake8's `exclude` covers the file or folder."""
        return _matches(path, self.exclude)

    def codes(self, path: str, select: tuple[str, ...]) -> frozenset[str]:
        """Return the rules to follow in this file: selected, and not ignored by flake8's configuration."""
        ignored = (*self.ignore, *(code for name, codes in self.per_file if _matches(path, (name,)) for code in codes))
        return frozenset(code for code in RULES if code.startswith(select) and not code.startswith(ignored))


def load(folder: Path, overrides: Mapping[str, Any]) -> Configuration:
    """Read the configuration that holds in the working folder. Raises `ConfigError`.

    `overrides` are fields of `Options` set on the command line.
    """
    project = _pyproject(folder)
    parsed, given = flake8_options(project.get("flake8", {}))
    everything = dataclasses.asdict(options_of(parsed))
    from_flake8 = {setting: everything[setting] for name, setting in IN_FLAKE8.items() if name in given}
    from_project = _own_table(project.get("flake8-gather", {}))
    line_length = _line_length(folder, project, parsed.max_line_length if "max_line_length" in given else 88)
    return Configuration(
        options=Options(**{"line_length": line_length, **from_project, **from_flake8, **overrides}),
        exclude=(*parsed.exclude, *parsed.extend_exclude),
        ignore=(*(parsed.ignore or ()), *(parsed.extend_ignore or ())),
        per_file=_per_file(parsed.per_file_ignores),
        contradictions=tuple(_contradictions(from_flake8, from_project, overrides)),
    )


def flake8_options(table: Mapping[str, Any]) -> tuple[argparse.Namespace, frozenset[str]]:
    """Return flake8's options as its configuration sets them, and the names set there.

    `table` is `[tool.flake8]`, which the plugin Flake8-pyproject reads where no other file is.
    """
    manager = OptionManager(version="", plugin_versions="", parents=[], formatter_names=[])
    manager.parser.exit_on_error = False
    register_default_options(manager)
    GatherPlugin.add_options(manager)
    try:
        cfg, folder = load_config(None, [])
        if "flake8" not in cfg and table:
            cfg.read_dict({"flake8": {name: _ini(value) for name, value in table.items()}})
        parsed = aggregate_options(manager, cfg, folder, [])
    except (argparse.ArgumentError, ValueError, ExecutionError, configparser.Error) as error:
        raise ConfigError(f"flake8's configuration: {_one_line(error)}") from error
    return parsed, frozenset(name.replace("-", "_") for name in (cfg["flake8"] if cfg.has_section("flake8") else ()))


def _ini(value: object) -> str:
    """Write a TOML value as an ini file has it."""
    if isinstance(value, dict):
        return "\n".join(f"{name}:{_ini(codes)}" for name, codes in value.items())
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _matches(path: str, wanted: tuple[str, ...]) -> bool:
    return wanted != () and utils.matches_filename(path, wanted, '"%(path)s" has %(whether)sbeen excluded', LOG)


def _per_file(text: str | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    try:
        pairs = utils.parse_files_to_codes_mapping(text or "")
    except ExecutionError as error:
        raise ConfigError(f"flake8's configuration: {_one_line(error)}") from error
    return tuple((utils.normalize_path(name), tuple(codes)) for name, codes in pairs)


def _pyproject(folder: Path) -> dict[str, Any]:
    """Return the `tool` table of the nearest pyproject.toml, from the folder upwards."""
    for parent in (folder, *folder.parents):
        if (parent / "pyproject.toml").is_file():
            tables = _toml(parent / "pyproject.toml").get("tool", {})
            return tables if isinstance(tables, dict) else {}
    return {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path.name}: {_one_line(error)}") from error


def _line_length(folder: Path, project: Mapping[str, Any], default: int) -> int:
    """Return the formatter's line length: black's, ruff's, else flake8's, else black's default."""
    tables = [project.get("black", {}), project.get("ruff", {})]
    tables += [_toml(folder / name) for name in (".ruff.toml", "ruff.toml") if (folder / name).is_file()]
    lengths = [table.get("line-length") for table in tables if isinstance(table, dict)]
    return next((length for length in lengths if isinstance(length, int) and length > 0), default)


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
