"""MTRAG and MTRAG-UN (Katsis et al. 2025): the last question of a conversation, with the passages that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, Evidence, Turn
from evals.sets.articles import Articles, titled
from evals.sets.source import files_of, mentions, read_json_lines
from evals.sets.types import Converted, Set, case_of, converted


@dataclass(frozen=True, kw_only=True)
class _Context:
    text: str
    document_id: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class _Message:
    speaker: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Task:
    task_id: str
    contexts: tuple[_Context, ...]
    input: tuple[_Message, ...]
    targets: tuple[_Message, ...] = ()
    answerability: tuple[str, ...]


def read_mtrag(source: Path) -> Converted:
    """Every context becomes an article, and is evidence as a whole where the question is answerable, be it in part.

    An underspecified question asks for nothing that could be cited: it counts as unanswerable, under its own type.
    """
    articles = Articles()
    tasks = read_json_lines(files_of(source, "reference*.jsonl")[0], _Task)
    return converted([_case(task, articles) for task in tasks], articles.texts)


def _case(task: _Task, articles: Articles) -> Case | str:
    files = [articles.add(c.title or c.text[:60], titled(c.title, c.text)) for c in task.contexts if c.text.strip()]
    if not task.input or task.input[-1].speaker != "user" or not task.answerability:
        return f"{task.task_id}: it does not end with a question whose answerability is known"
    kind = task.answerability[0].lower()
    answerable = kind in ("answerable", "partial")
    return case_of(
        id=task.task_id,
        question=task.input[-1].text,
        answerable=answerable,
        q_lang="en",
        doc_lang="en",
        references=tuple(target.text for target in task.targets) if answerable else (),
        type=kind,
        history=_turns(task.input[:-1]),
        evidence=tuple(Evidence(file=file) for file in dict.fromkeys(files)) if answerable else (),
    )


def _turns(messages: tuple[_Message, ...]) -> tuple[Turn, ...]:
    """Each question with what was said to it before the next."""
    turns: list[Turn] = []
    for message in messages:
        if message.speaker == "user":
            turns.append(Turn(question=message.text))
        elif turns:
            answer = "\n".join(filter(None, [turns[-1].answer, message.text]))
            turns[-1] = Turn(question=turns[-1].question, answer=answer)
    return tuple(turns)


MTRAG = Set(
    name="mtrag",
    about="follow-up questions: answerable, in part, not at all, or underspecified (MTRAG, MTRAG-UN)",
    holds="reference.jsonl, or the folder with it",
    licence="Apache-2.0",
    read=read_mtrag,
    fits=mentions("*.jsonl", '"task_id"', '"contexts"', '"speaker"'),
)
