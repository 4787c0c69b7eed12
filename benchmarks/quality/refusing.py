"""How well the product knows when to be silent, on the questions that trained nothing.

    python -m benchmarks.quality.refusing ../shared/data [--write]

For each set of `benchmarks.quality.questions`: area under ROC, both error rates where the product draws the line, whether the
probability is true as a number, and risk and coverage: what is answered, the surest first, and the share of it that is wrong
(an unanswerable question, or one of whose quotes none overlaps the evidence). Nothing is measured twice: the measures are those
of `evals/measures/refusals.py`. --write keeps it as REFUSING.md, with the curves beside it in refusing.svg.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sklearn.metrics import roc_auc_score

from benchmarks.quality.questions import CLOSE, Asked, questions
from benchmarks.quality.train import Models, fit_answerability, judged_by
from evals.measures.measure import mean
from evals.measures.refusals import Risk, aurc, calibration_error, reliability, risk_coverage
from evals.report import charts
from evals.significance import interval, wilson
from index.embed import make_embedder
from rag.build import line
from rag.model import learned
from rag.quotes import extract
from rag.settings import load_settings

RESULTS, CURVES = (Path(__file__).with_name(name) for name in ("REFUSING.md", "refusing.svg"))
PAGE = """# Refusing

`python -m benchmarks.quality.refusing ../shared/data --write`, on questions that trained nothing; its docstring says what is
measured, that of `questions.py` what the sets are.

![Risk by coverage, one panel a set](refusing.svg)

```text
{text}
```
"""
COVERAGES = (0.2, 0.4, 0.6, 0.8, 1.0)
_PANEL, _TITLE = (360, 260), 24  # the size of one chart, and the height of its title
_STYLE = (
    "svg{font:11px system-ui,sans-serif}text{fill:#5d646c}.middle{text-anchor:middle}.end{text-anchor:end}.title{font-weight:600}"
    ".grid{stroke:#d8d4cc;fill:none}.curve{stroke:#1f5f8b;stroke-width:2;fill:none}"
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One question: the probability that it is answered, whether it can be, and whether none of its quotes is right."""

    part: str
    sure: float
    answerable: bool
    wrong: bool

    @property
    def risk(self) -> Risk:
        """As the measures want it."""
        return self.sure, float(self.wrong), float(self.answerable), 1.0

    @property
    def pair(self) -> tuple[float, float]:
        """The probability and the truth."""
        return self.sure, float(self.answerable)


def judged(some: Sequence[Asked], models: Models, sentences: int) -> list[Judged]:
    """What the product does with each question, quoting up to `sentences`."""
    found = []
    for one in some:
        best, sure = judged_by(models, one.reading)
        places = ((c.article.id, c.span) for c, r in zip(extract.quotable(one.reading), one.right, strict=True) if r)
        right, quoted = (
            set(places),
            {(c.article.id, c.span) for c in extract.chosen(best, sentences)} if best else set(),
        )
        wrong = not (one.answerable and right & quoted)
        found.append(Judged(part=one.part, sure=sure, answerable=one.answerable, wrong=wrong))
    return found


def auc(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The chance that an answerable question is held surer than an unanswerable one; None where all are of one kind."""
    sure, answerable = zip(*pairs, strict=True)
    return float(roc_auc_score(answerable, sure)) if len(set(answerable)) == 2 else None


def summary(sets: Mapping[str, Sequence[Judged]], above: float) -> list[str]:
    """One row a set: sorting, both errors, calibration."""
    lines = [
        f"{'set':<10}{'no answer is':<15}{'n':>5}{'of them answerable':>20}   {'area under ROC':<22}{'wrongly refused':<22}"
        f"{'wrongly answered':<22}{'ECE':>6}{'Brier':>7}{'AURC':>7}"
    ]
    for name, some in sets.items():
        pairs = [one.pair for one in some]
        refused = [float(one.sure < above) for one in some if one.answerable]
        answered = [float(one.sure >= above) for one in some if not one.answerable]
        area, error = auc(pairs), calibration_error(pairs)
        lines.append(
            f"{name:<10}{'close' if CLOSE[name] else 'off the corpus':<15}{len(some):>5}{len(refused):>20}   "
            f"{_with(area, interval(pairs, auc)):<22}{_share(refused):<22}{_share(answered):<22}"
            f"{error:>6.3f}{mean([(sure - true) ** 2 for sure, true in pairs]):>7.3f}{aurc([o.risk for o in some]):>7.3f}"
        )
    return lines


def by_part(sets: Mapping[str, Sequence[Judged]], above: float) -> list[str]:
    """The share refused of each kind of question."""
    lines = [f"{'questions':<40}{'n':>5}   {'refused':<22}{'quoted right':>12}"]
    kinds = dict.fromkeys((o.part, o.answerable) for some in sets.values() for o in some)
    everything = [o for some in sets.values() for o in some]
    for part, answerable in sorted(kinds, key=lambda k: (k[0].split()[0], not k[1], k[0])):
        some = [o for o in everything if (o.part, o.answerable) == (part, answerable)]
        right = f"{mean([float(not o.wrong) for o in some]):.3f}" if answerable else "-"
        name = part + ("" if answerable else " (no answer)")
        lines.append(f"{name:<40}{len(some):>5}   {_share([float(o.sure < above) for o in some]):<22}{right:>12}")
    return lines


def risks(sets: Mapping[str, Sequence[Judged]], above: float) -> list[str]:
    """The risk at some coverages, and where the product stands."""
    head = "".join(f"{f'at {c:.0%}':>10}" for c in COVERAGES)
    lines = [f"{'set':<10}{head}{'the product answers':>22}{'its risk':>10}"]
    for name, some in sets.items():
        curve = risk_coverage([o.risk for o in some])
        at = [curve[max(1, round(c * len(curve))) - 1][1] for c in COVERAGES]
        answered = [float(o.wrong) for o in some if o.sure >= above]
        own = f"{len(answered) / len(some):>22.0%}{mean(answered) if answered else 0.0:>10.3f}"
        lines.append(f"{name:<10}{''.join(f'{risk:>10.3f}' for risk in at)}{own}")
    return lines


def truth(sets: Mapping[str, Sequence[Judged]]) -> list[str]:
    """The reliability table: of each tenth of probability, what was said, what was so, and of how many questions."""
    lines = [f"{'set':<10}{'said → was answerable (questions), by tenths of what is said'}"]
    for name, some in sets.items():
        cells = [f"{said:.2f}→{was:.2f} ({n})" for said, was, n in reliability([o.pair for o in some])]
        lines.append(f"{name:<10}" + "  ".join(cells))
    return lines


def foreign(everything: Mapping[str, Sequence[Asked]], models: Models) -> list[str]:
    """What a set gets that had no part in the training of answerability."""
    lines = [f"{'set':<10}{'trained on all sets':>22}{'on the others only':>22}"]
    for name, some in everything.items():
        others = [a for n, rest in everything.items() for a in rest if n != name and a.trains]
        without = models | {"answerability": fit_answerability(others, models["sentence"])}
        alone = models | {
            "answerability": fit_answerability([*others, *(a for a in some if a.trains)], models["sentence"])
        }
        test = [a for a in some if not a.trains]
        areas = (auc([(judged_by(m, a.reading)[1], float(a.answerable)) for a in test]) for m in (alone, without))
        lines.append(f"{name:<10}" + "".join(f"{area:>22.3f}" for area in areas))
    return lines


def curves(sets: Mapping[str, Sequence[Judged]]) -> str:
    """The risk-coverage curve of each set, as one SVG that needs nothing else."""
    width, height = _PANEL
    panels = []
    for place, (name, some) in enumerate(sets.items()):
        x, y = place % 2 * (width + 20), place // 2 * (height + _TITLE)
        chart = charts.risk_coverage(risk_coverage([o.risk for o in some]))
        size = f'<svg x="{x}" y="{y + _TITLE}" width="{width}" height="{height}"'
        kind = "close" if CLOSE[name] else "off the corpus"
        panels.append(f'<text class="title" x="{x + 52}" y="{y + 18}">{name} ({kind})</text>{size}{chart[4:]}')
    rows = (len(sets) + 1) // 2
    box = f'viewBox="0 0 {2 * width + 20} {rows * (height + _TITLE)}"'
    white = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><style>{_STYLE}</style>{white}{"".join(panels)}</svg>\n'


def _with(value: float | None, around: tuple[float, float] | None) -> str:
    return "-" if value is None else f"{value:.3f}" + (f" [{around[0]:.3f}, {around[1]:.3f}]" if around else "")


def _share(values: Sequence[float]) -> str:
    return _with(mean(values) if values else None, wilson(sum(values), len(values)))


def results(everything: Mapping[str, Sequence[Asked]], models: Models, above: float, sentences: int) -> tuple[str, str]:
    """The tables and the curves."""
    sets = {n: judged([a for a in some if not a.trains], models, sentences) for n, some in everything.items()}
    blocks = [
        ["in brackets: 95 % intervals (bootstrap; Wilson for shares)", "", *summary(sets, above)],
        by_part(sets, above),
        risks(sets, above),
        truth(sets),
        ["area under ROC, of answerability trained anew", "", *foreign(everything, models)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks), curves(sets)


def main() -> int:
    """Print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", default=",".join(CLOSE), help="by default %(default)s")
    parser.add_argument("--write", action="store_true", help="keep it as REFUSING.md and refusing.svg")
    given, settings = parser.parse_args(), load_settings()
    embedder = make_embedder("local", Path("var"))
    everything = {name: questions(name, given.data, embedder) for name in given.sets.split(",")}
    models = {name: learned(name) for name in ("sentence", "answerability")}
    above = line(settings)
    table, svg = results(everything, models, above, settings.sentences)
    text = f"{date.today()}  {embedder.model}, answered from {above:.3f} on\n{table}"
    print(text)
    if given.write:
        RESULTS.write_text(PAGE.format(text=text), encoding="utf-8")
        CURVES.write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
