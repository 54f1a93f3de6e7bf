"""Questions that lead to each other are answered alike, whoever asks first."""

from __future__ import annotations

import random

import pytest

from flake8_gather.analysis.recursion import Recursion

Graph = dict[int, list[int]]
LEVELS, LARGEST = 5, 12


class Asker:
    """Answers with the whole tree of answers below a question, so that the least difference shows."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.recursion = Recursion(LEVELS, LARGEST, {}, cut="cut", circular="again")
        self.count = 0

    def ask(self, question: int) -> str:
        def answer() -> str:
            self.count += 1
            return f"{question}({' '.join(self.ask(other) for other in self.graph[question])})"

        return self.recursion.ask(question, answer)


def graph(seed: int) -> Graph:
    dice = random.Random(seed)
    size = dice.randint(2, 9)
    return {one: dice.choices(range(size), k=dice.randint(0, 3)) for one in range(size)}


@pytest.mark.parametrize("batch", range(10))
def test_the_order_of_questions_changes_no_answer(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        made = graph(seed)
        alone = {question: Asker(made).ask(question) for question in made}
        together = Asker(made)
        questions = [*made] * 2
        random.Random(seed).shuffle(questions)
        assert [together.ask(question) for question in questions] == [alone[question] for question in questions], seed


def test_what_is_whole_is_answered_once() -> None:
    asker = Asker({0: [1, 2], 1: [2], 2: []})
    assert [asker.ask(question) for question in (0, 1, 2, 0)] == ["0(1(2()) 2())", "1(2())", "2()", "0(1(2()) 2())"]
    assert asker.count == 3


def test_a_question_within_a_cycle_is_answered_on_its_own() -> None:
    asker = Asker({1: [2], 2: [1]})
    assert asker.ask(1) == "1(2(again))"
    assert asker.ask(2) == "2(1(again))"


def test_what_goes_down_too_deep_has_no_answer() -> None:
    asker = Asker({one: [one + 1] for one in range(9)} | {9: []})
    assert asker.ask(4) == "cut"
    assert asker.ask(5) == "5(6(7(8(9()))))"
    assert asker.ask(6) == "6(7(8(9())))"
    assert asker.ask(1) == "cut"


def test_what_leads_to_too_much_has_no_answer_and_asks_no_more() -> None:
    asker = Asker({0: [*range(1, 15)], 20: [21, 0, 22]} | {one: [] for one in (*range(1, 15), 21, 22)})
    assert asker.ask(0) == "cut"
    assert asker.count == LARGEST + 1
    assert asker.ask(20) == "cut"
    assert asker.count == LARGEST + 3
    assert asker.ask(1) == "1()"


def test_what_others_have_answered_counts() -> None:
    others = Asker({one: [one + 1] for one in range(9)} | {9: []})
    asked = Recursion(LEVELS, LARGEST, {}, cut="cut", circular="again")

    def ask(question: int, above: int) -> str:
        """Ask the others from below some questions of one's own."""
        if above:
            return asked.ask((question, above), lambda: ask(question, above - 1))
        return asked.counted(others.ask(question), others.recursion.known[question])

    assert ask(7, 0) == ask(7, 2) == "7(8(9()))"
    assert ask(7, 3) == ask(4, 1) == "cut"


def test_an_error_leaves_nothing_behind() -> None:
    questions = Recursion(LEVELS, LARGEST, {}, cut=0, circular=0)

    def fail() -> int:
        raise RecursionError

    with pytest.raises(RecursionError):
        questions.ask("outer", lambda: questions.ask("inner", fail))
    assert questions.ask("outer", lambda: questions.ask("inner", lambda: 2)) == 2
