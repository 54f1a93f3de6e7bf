"""Which plain calls are taken to change nothing."""

from __future__ import annotations

# Plain functions and methods that change nothing, as far as anybody writes them.
PURE = frozenset(
    "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr "
    "hash hex id int isinstance issubclass iter len list map max min object ord pow range repr reversed round set "
    "slice sorted str sum tuple type vars zip split rsplit splitlines strip lstrip rstrip join lower upper title "
    "startswith endswith replace encode decode format_map get items keys values copy deepcopy index count find "
    "rfind isoformat strftime strptime timestamp total_seconds now utcnow time monotonic dumps loads model_dump "
    "model_dump_json dict json to_dict asdict group match search fullmatch sub hexdigest basename dirname exists "
    "is_file is_dir resolve relative_to as_posix with_suffix partition rpartition zfill casefold union "
    "intersection difference issubset issuperset removeprefix removesuffix uuid4 partial info debug cast".split()
)

# Those of them, and of the names of what changes a container, that clients, files and databases have, too.
ANYBODYS = frozenset(
    "get json find search match index count copy exists is_file is_dir resolve info debug replace items keys values "
    "group add clear discard insert pop remove update write writelines set_result set_exception".split()
)
