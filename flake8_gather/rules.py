"""The rules and the barriers, in words: messages, reports, the documentation and the tests read these tables."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_gather.opportunity import Barrier


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its flake8 code, its name in kebab case and the fact it states."""

    code: str
    name: str
    fact: str


RULES = {
    rule.code: rule
    for rule in (
        Rule("GTH101", "sequential-await-loop", "the loop awaits one independent call per item"),
        Rule("GTH102", "sequential-collect-loop", "the loop collects independent awaits one by one"),
        Rule("GTH103", "sequential-await-comprehension", "the comprehension awaits independent calls one by one"),
        Rule("GTH104", "hoistable-await-in-loop", "the await in this loop does not depend on the rest of its body"),
        Rule("GTH105", "sequential-loop-body", "the iterations of this loop are independent"),
        Rule("GTH201", "sequential-awaits", "consecutive awaits are independent"),
        Rule("GTH202", "sequential-sibling-awaits", "awaits inside one expression are independent"),
        Rule("GTH203", "sequential-await-chains", "independent chains of awaits run one after another"),
        Rule("GTH301", "defeated-gather", "the inner await runs before anything is started"),
        Rule("GTH302", "defeated-task", "each task is awaited before the next one starts"),
    )
}

BARRIERS = {
    Barrier.CARRIED: "one step uses what an earlier one computed or changed",
    Barrier.EARLY_EXIT: "`break`, `return` or `raise` depends on a result: later calls might never have been made",
    Barrier.ORDERED: "the effects must happen in this order: sends, writes, migrations",
    Barrier.EXCLUSIVE: "one connection, session, transaction or page takes one call at a time",
    Barrier.SAME_RECEIVER: "all calls go to one object, and nothing says that it takes several at once",
    Barrier.PACED: "a sleep or a rate limit sets the pace on purpose",
    Barrier.LOCKED: "a lock or semaphore is held",
    Barrier.LIFE_CYCLE: "start, connect, close and the like come in an order of their own",
    Barrier.NO_WAIT: "the awaited function never really waits, a gather would only cost",
    Barrier.ALREADY_CONCURRENT: "what is awaited runs already",
    Barrier.NOT_ASYNCIO: "trio, anyio, curio or Twisted is the event loop here",
    Barrier.STREAMING: "items arrive or leave one by one on purpose",
    Barrier.SHARED_STATE: "the calls change something they share",
    Barrier.SINGLE: "there is only one",
    Barrier.CONTEXT: "a context variable set inside must be visible afterwards",
    Barrier.TEST: "it is a test, which reads best in its own order",
    Barrier.UNKNOWN: "too little is known to be sure",
}
