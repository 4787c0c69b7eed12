"""A cold `sourceline ask` on the sample corpus: seconds, peak memory, and what they consist of.

    python -m benchmarks.speed.cold [--runs 7]

Every run is a new process; runs of ours and of the baselines alternate. The baselines are the parts that cannot be avoided:
starting Python, importing chromadb, importing onnxruntime.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from statistics import median

from benchmarks.speed.ratio import ratio

QUESTION = "How many articles does the treaty between Russia and Iran have?"
BASELINES = {
    "python": [sys.executable, "-c", "pass"],
    "python, import chromadb": [sys.executable, "-c", "import chromadb"],
    "python, import onnxruntime": [sys.executable, "-c", "import onnxruntime"],
}


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float, str]:
    """Wall seconds, peak resident MB and standard output of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    output = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, command
    return time.perf_counter() - start, used.ru_maxrss / 1024, output


def main() -> None:
    """Index once, then time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"SOURCELINE_HOME": home}
        subprocess.run(
            [sys.executable, "-m", "ui", "index", "corpus"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        ask = [sys.executable, "-m", "ui", "ask", QUESTION, "--json"]
        subprocess.run(ask, env=environment, check=True, stdout=subprocess.DEVNULL)
        commands = {"sourceline ask": ask, **BASELINES}
        found: dict[str, list[tuple[float, float, str]]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(timed(command, environment))
    print(f"{date.today()}  Python {platform.python_version()}, {os.cpu_count()} cores, {runs} runs, medians\n")
    print(f"{'':<28}{'seconds':>8}{'MB':>6}   share of ask, 95 % interval")
    for name, some in found.items():
        seconds = median(s for s, _, _ in some)
        share = ratio([s for s, _, _ in some], [s for s, _, _ in found["sourceline ask"]])
        print(f"{name:<28}{seconds:>8.2f}{median(m for _, m, _ in some):>6.0f}   {share}")
    parts = [json.loads(output)["timings"] for _, _, output in found["sourceline ask"]]
    print("\nwithin the question: " + ", ".join(f"{k} {median(p[k] for p in parts):.2f} s" for k in parts[0]))
    print("the rest is starting Python and importing, see: python -X importtime -m ui ask …")


if __name__ == "__main__":
    main()
