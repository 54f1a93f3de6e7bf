"""The data files keep to their format, and the catalogue answers from them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import flake8_gather.catalogue
from flake8_gather.catalogue import Catalogue, Kind

FILES = sorted(Path(flake8_gather.catalogue.__file__).parent.glob("*.toml"))
DATA = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FILES}
ENTRIES = [api for data in DATA.values() for api in data.get("api", ())]
NAMES = {api["name"]: api for api in ENTRIES}
CLASSES = {name for name, api in NAMES.items() if api["kind"] == "class"}
REEXPORTS = {alias: name for data in DATA.values() for alias, name in data.get("reexports", {}).items()}

COMMON = {"name", "kind", "concurrency", "aliases", "why", "source", "returns"}
KEYS = {
    "class": COMMON
    | {"methods", "default", "inherits", "factories", "makes", "attributes", "returns_of", "instant", "parts"},
    "function": COMMON | {"wraps", "paces", "unpacks"},
    "module": COMMON | {"methods", "returns_of"},
}
RETURNS = {"coroutine", "future", "awaitable"}


each_entry = pytest.mark.parametrize("api", NAMES.values(), ids=list(NAMES))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_file_says_where_its_library_is_described(path: Path) -> None:
    assert path.read_text("utf-8").startswith("# https://")
    assert DATA[path.stem].keys() <= {"api", "reexports"}
    assert DATA[path.stem], "an empty file knows nothing"


@each_entry
def test_entry_has_its_keys_and_no_others(api: dict[str, Any]) -> None:
    assert {"name", "kind", "concurrency", "why", "source"} <= api.keys() <= KEYS[api["kind"]]


@each_entry
def test_entry_uses_known_values(api: dict[str, Any]) -> None:
    kinds = [api["concurrency"], *api.get("methods", ()), *([api["default"]] if "default" in api else [])]
    assert all(Kind(kind) for kind in kinds)
    assert {*api.get("returns_of", {}).values(), api.get("returns", "coroutine")} <= RETURNS
    assert ("wraps" in api) == (api["kind"] == "function" and api["concurrency"] == "wrapper")


@each_entry
def test_entry_can_be_checked_and_quoted(api: dict[str, Any]) -> None:
    assert api["source"].startswith("https://")
    assert api["why"] == api["why"].strip().rstrip(".")
    assert api["why"][:1].islower()
    assert len(api["why"]) <= 90


@each_entry
def test_other_names_belong_to_the_same_file(api: dict[str, Any]) -> None:
    library = api["name"].partition(".")[0]
    assert api in DATA[library]["api"]
    for name in (*api.get("aliases", ()), *api.get("factories", ())):
        assert name.partition(".")[0] == library


@each_entry
def test_methods_are_listed_once(api: dict[str, Any]) -> None:
    methods = [method for names in api.get("methods", {}).values() for method in names]
    assert len(methods) == len(set(methods))
    assert api.get("returns_of", {}).keys() <= set(methods)


@each_entry
def test_classes_that_are_referred_to_exist(api: dict[str, Any]) -> None:
    made = [*api.get("makes", {}).values(), *api.get("attributes", {}).values(), *api.get("unpacks", ())]
    assert {*made, *([api["inherits"]] if "inherits" in api else [])} <= CLASSES


def test_no_name_stands_for_two_things() -> None:
    names = [api["name"] for api in ENTRIES]
    aliases = [alias for api in ENTRIES for alias in api.get("aliases", ())]
    everything = [*names, *aliases, *REEXPORTS]
    assert sorted(everything) == sorted(set(everything))


def test_no_factory_makes_two_classes() -> None:
    factories = [factory for api in ENTRIES for factory in api.get("factories", ())]
    assert sorted(factories) == sorted(set(factories))


@pytest.mark.parametrize(("alias", "name"), REEXPORTS.items(), ids=list(REEXPORTS))
def test_reexport_leads_to_something(alias: str, name: str) -> None:
    catalogue = Catalogue()
    assert catalogue.canonical(alias) == name
    assert name in NAMES or catalogue.class_of_call(name) in CLASSES


def test_no_class_inherits_from_itself() -> None:
    for name in NAMES:
        line = [name]
        while "inherits" in NAMES[line[-1]]:
            line.append(NAMES[line[-1]]["inherits"])
            assert line.count(line[-1]) == 1


@each_entry
def test_every_entry_is_found(api: dict[str, Any]) -> None:
    catalogue = Catalogue()
    for name in (api["name"], *api.get("aliases", ())):
        match api["kind"]:
            case "class":
                assert catalogue.class_of_call(name) == api["name"]
                assert catalogue.type_fact(name) is not None
            case "function":
                fact = catalogue.function(name)
                assert fact is not None
                assert fact.name == api["name"]
            case "module" if api["concurrency"] == "not-asyncio":
                assert catalogue.other_loop(name) is not None
    for factory in api.get("factories", ()):
        assert catalogue.class_of_call(factory) == api["name"]


def kind_of_method(class_: str, method: str, catalogue: Catalogue | None = None) -> Kind | None:
    fact = (catalogue or Catalogue()).method(class_, method)
    return None if fact is None else fact.kind


@pytest.mark.parametrize(
    ("class_", "method", "kind"),
    [
        ("aiohttp.ClientSession", "get", Kind.CONCURRENT),
        ("aiohttp.client.ClientSession", "close", Kind.ORDERED),
        ("aiohttp.ClientSession", "nothing_known", None),
        ("asyncio.BoundedSemaphore", "acquire", Kind.ORDERED),
        ("asyncio.AbstractEventLoop", "run_in_executor", Kind.CONCURRENT),
        ("sqlalchemy.ext.asyncio.AsyncSession", "execute", Kind.EXCLUSIVE),
        ("sqlalchemy.ext.asyncio.AsyncSession", "commit", Kind.ORDERED),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "exec", Kind.EXCLUSIVE),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "flush", Kind.ORDERED),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "brand_new", Kind.EXCLUSIVE),
        ("asyncpg.pool.Pool", "fetchrow", Kind.CONCURRENT),
        ("asyncpg.Connection", "fetchrow", Kind.EXCLUSIVE),
        ("aiosqlite.Connection", "execute", Kind.SERIALISED),
        ("fastapi.WebSocket", "send_json", Kind.ORDERED),
        ("redis.asyncio.Redis", "rpush", Kind.ORDERED),
        ("arq.ArqRedis", "get", Kind.CONCURRENT),
        ("aiobotocore.client.AioBaseClient", "list_objects_v2", Kind.CONCURRENT),
        ("aiobotocore.client.AioBaseClient", "create_bucket", Kind.ORDERED),
        ("myapp.Client", "get", None),
    ],
)
def test_kind_of_method(class_: str, method: str, kind: Kind | None) -> None:
    assert kind_of_method(class_, method) is kind


def test_method_fact_carries_canonical_name_source_and_result() -> None:
    fact = Catalogue().method("aiohttp.client.ClientSession", "get")
    assert fact is not None
    assert (fact.name, fact.returns) == ("aiohttp.ClientSession.get", "coroutine")
    assert fact.why == NAMES["aiohttp.ClientSession"]["why"]
    assert fact.source == NAMES["aiohttp.ClientSession"]["source"]


def test_method_of_another_kind_than_its_class_has_a_reason_of_its_own() -> None:
    fact = Catalogue().method("redis.asyncio.Redis", "rpush")
    assert fact is not None
    assert fact.why == "the order of the calls is their point"


def test_method_may_return_something_else_than_its_siblings() -> None:
    fact = Catalogue().method("asyncio.AbstractEventLoop", "run_in_executor")
    assert fact is not None
    assert fact.returns == "future"


def test_wrapper_says_what_it_wraps() -> None:
    fact = Catalogue().function("asyncio.wait_for")
    assert fact is not None
    assert (fact.kind, fact.wraps, fact.returns) == (Kind.WRAPPER, 0, "coroutine")


def test_sleep_paces() -> None:
    fact = Catalogue().function("asyncio.sleep")
    assert fact is not None
    assert fact.paces


@pytest.mark.parametrize("name", ["", "nothing", "asyncio", "asyncio.nothing", "asyncio.Queue", "self.api.get"])
def test_unknown_functions(name: str) -> None:
    assert Catalogue().function(name) is None


def test_functions_listed_with_their_module() -> None:
    fact = Catalogue().function("litellm.aembedding")
    assert fact is not None
    assert (fact.name, fact.kind) == ("litellm.aembedding", Kind.CONCURRENT)
    assert Catalogue().function("litellm.completion") is None


def test_other_event_loops() -> None:
    catalogue = Catalogue()
    for module in ("trio", "trio.lowlevel", "twisted.internet.defer", "anyio", "curio"):
        fact = catalogue.other_loop(module)
        assert fact is not None
        assert fact.kind is Kind.NOT_ASYNCIO
    assert catalogue.other_loop("asyncio") is None
    assert catalogue.other_loop("litellm") is None


def test_functions_of_another_event_loop() -> None:
    catalogue = Catalogue()
    kinds = [fact and fact.kind for fact in map(catalogue.function, ("trio.sleep", "anyio.to_thread.run_sync"))]
    assert kinds == [Kind.NOT_ASYNCIO, Kind.CONCURRENT]


@pytest.mark.parametrize(
    ("call", "class_"),
    [
        ("asyncio.Queue", "asyncio.Queue"),
        ("asyncio.get_running_loop", "asyncio.AbstractEventLoop"),
        ("asyncio.create_subprocess_shell", "asyncio.subprocess.Process"),
        ("asyncpg.create_pool", "asyncpg.Pool"),
        ("aioredis.from_url", "redis.asyncio.Redis"),
        ("redis.asyncio.Redis.from_url", "redis.asyncio.Redis"),
        ("asyncio.sleep", None),
        ("myapp.Client", None),
    ],
)
def test_class_of_call(call: str, class_: str | None) -> None:
    catalogue = Catalogue()
    found = catalogue.class_of_call(call)
    assert (found and catalogue.canonical(found)) == class_


@pytest.mark.parametrize(
    ("class_", "method", "made"),
    [
        ("asyncpg.pool.Pool", "acquire", "asyncpg.Connection"),
        ("sqlalchemy.ext.asyncio.async_sessionmaker", "__call__", "sqlalchemy.ext.asyncio.AsyncSession"),
        ("sqlmodel.ext.asyncio.session.AsyncSession", "connection", "sqlalchemy.ext.asyncio.AsyncConnection"),
        ("playwright.async_api.Browser", "new_page", "playwright.async_api.Page"),
        ("asyncpg.pool.Pool", "fetch", None),
        ("myapp.Client", "get", None),
    ],
)
def test_class_of_method(class_: str, method: str, made: str | None) -> None:
    assert Catalogue().class_of_method(class_, method) == made


def test_class_of_attribute() -> None:
    catalogue = Catalogue()
    chat = catalogue.class_of_attribute("openai.AsyncAzureOpenAI", "chat")
    assert chat is not None
    completions = catalogue.class_of_attribute(chat, "completions")
    assert completions is not None
    assert kind_of_method(completions, "create") is Kind.CONCURRENT
    assert catalogue.class_of_attribute("openai.AsyncOpenAI", "nothing") is None


def test_any_attribute_of_a_database_is_a_collection() -> None:
    database = Catalogue().class_of_attribute("motor.motor_asyncio.AsyncIOMotorClient", "shop")
    assert database == "motor.motor_asyncio.AsyncIOMotorDatabase"
    assert Catalogue().class_of_attribute(database, "orders") == "motor.motor_asyncio.AsyncIOMotorCollection"


def test_classes_of_parts() -> None:
    parts = Catalogue().classes_of_parts("asyncio.open_connection")
    assert parts == ("asyncio.StreamReader", "asyncio.StreamWriter")
    assert Catalogue().classes_of_parts("asyncio.sleep") == ()
    assert Catalogue().classes_of_parts("nothing") == ()


def test_type_fact() -> None:
    catalogue = Catalogue(exclusive=("myapp.db.*",))
    for name in ("sqlalchemy.ext.asyncio.AsyncSession", "myapp.db.Session"):
        fact = catalogue.type_fact(name)
        assert fact is not None
        assert fact.kind is Kind.EXCLUSIVE
    assert catalogue.type_fact("asyncio.sleep") is None
    assert catalogue.type_fact("other.Thing") is None


def test_declared_functions() -> None:
    catalogue = Catalogue(ordered=("myapp.bus.*",), concurrent=("*.fetch_all",), gather=("myapp.helpers.run_all",))
    kinds = {
        name: fact.kind if (fact := catalogue.function(name)) else None
        for name in ("myapp.bus.publish", "other.fetch_all", "myapp.helpers.run_all", "myapp.buses.publish")
    }
    assert kinds == {
        "myapp.bus.publish": Kind.ORDERED,
        "other.fetch_all": Kind.CONCURRENT,
        "myapp.helpers.run_all": Kind.GATHER,
        "myapp.buses.publish": None,
    }


def test_declared_methods_and_classes() -> None:
    catalogue = Catalogue(exclusive=("myapp.Session",), concurrent=("myapp.Client.get*",))
    assert kind_of_method("myapp.Session", "execute", catalogue) is Kind.EXCLUSIVE
    assert kind_of_method("myapp.Client", "get_many", catalogue) is Kind.CONCURRENT
    assert kind_of_method("myapp.Client", "put", catalogue) is None
    assert catalogue.class_of_call("myapp.Session") == "myapp.Session"
    assert catalogue.class_of_call("myapp.Client") == "myapp.Client"
    assert catalogue.class_of_call("myapp.connect") is None
    assert catalogue.class_of_call("myapp.Other") is None


def test_declarations_win_over_the_data_files_under_every_name() -> None:
    catalogue = Catalogue(exclusive=("aiohttp.client.ClientSession",), ordered=("asyncio.to_thread",))
    assert kind_of_method("aiohttp.client.ClientSession", "get", catalogue) is Kind.EXCLUSIVE
    assert kind_of_method("aiohttp.ClientSession", "get", catalogue) is Kind.CONCURRENT
    catalogue = Catalogue(exclusive=("aiohttp.ClientSession",))
    assert kind_of_method("aiohttp.client.ClientSession", "get", catalogue) is Kind.EXCLUSIVE


def test_the_most_literal_declaration_wins() -> None:
    catalogue = Catalogue(ordered=("a.b.*",), concurrent=("a.b.C",))
    assert kind_of_method("a.b.C", "x", catalogue) is Kind.CONCURRENT
    assert kind_of_method("a.b.D", "x", catalogue) is Kind.ORDERED


def test_a_dot_in_a_pattern_is_only_a_dot() -> None:
    assert Catalogue(ordered=("a.b",)).function("axb") is None


def test_importing_reads_nothing() -> None:
    code = "import sys, flake8_gather.catalogue; sys.exit('tomllib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
