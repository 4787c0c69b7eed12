"""Tokens are counted offline, whatever the text."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import tokens
from index.errors import SettingsWrong
from index.tokens import count_tokens, tokens_to_characters, truncate_tokens

SCRIPTS = {
    "en": "The council approved the new tram line.",
    "de": "Der Rat genehmigte die neue Straßenbahn.",
    "zh": "市议会批准了新的有轨电车线路。",
    "ar": "وافق المجلس على خط الترام الجديد.",
    "hi": "परिषद ने नई ट्राम लाइन को मंज़ूरी दी।",
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_short_sentence_has_about_as_many_tokens_in_every_script(language: str) -> None:
    assert 6 <= count_tokens(SCRIPTS[language]) <= 18


@pytest.mark.parametrize("text", ["<|endoftext|>", "<|fim_prefix|> x", "\ud800", "a\udfffb", "a\0b", ""])
def test_special_tokens_lone_surrogates_and_nul_are_ordinary_text(text: str) -> None:
    assert (count_tokens(text) > 0) == bool(text)


def test_a_special_token_is_spelled_out() -> None:
    assert count_tokens("<|endoftext|>") > 3


@pytest.mark.parametrize("text", ["a" * 200_000, "好" * 100_000, " " * 300_000, "!" * 100_000, "x y " * 50_000])
@pytest.mark.timeout(20)
def test_endless_words_are_counted_in_time(text: str) -> None:
    assert 0 < count_tokens(text) <= len(text)


@pytest.mark.parametrize("text", [*SCRIPTS.values(), "a" * 3_000, "好" * 3_000, "\ud83d\ude00" * 40, "😀" * 300])
@pytest.mark.parametrize("budget", [1, 2, 5, 17, 100])
def test_a_truncated_text_is_a_prefix_within_the_budget(text: str, budget: int) -> None:
    short = truncate_tokens(text, budget)
    assert text.startswith(short)
    assert count_tokens(short) <= budget or len(short) == 1
    assert short == text or tokens_to_characters(text, budget) == len(short)


def test_cutting_may_make_tokens_that_were_not_there_before() -> None:
    text = "ation\ud83d\ude00'saAB's.aation中国ing12!12\naüath\n😀好中国م  "  # found by trying 200,000
    assert count_tokens(text[: tokens._first_guess(text, 8)]) > 8
    assert count_tokens(truncate_tokens(text, 8)) <= 8


def test_hardly_less_than_the_budget_is_kept() -> None:
    text = SCRIPTS["en"] * 50
    assert count_tokens(truncate_tokens(text, 100)) >= 95
    assert truncate_tokens(SCRIPTS["en"], 100) == SCRIPTS["en"]


def _in_a_fresh_process(code: str, **environment: str) -> str:
    wanted = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", code], env=wanted, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


OFFLINE = (
    "import os, socket, sys\n"
    "def refuse(*a, **k): raise SystemExit('the network was asked')\n"
    "socket.socket.connect = socket.getaddrinfo = refuse\n"
    "before = dict(os.environ)\n"
    "from index.tokens import count_tokens\n"
    "print(count_tokens('hello world'), 'llama_index.core' in sys.modules, before == dict(os.environ))"
)


def test_no_network_no_llama_index_and_the_environment_left_as_it_was() -> None:
    assert _in_a_fresh_process(OFFLINE) == "2 False True"


def test_a_damaged_cache_that_the_environment_names_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / tokens._FILE).write_bytes(b"not a vocabulary")
    assert _in_a_fresh_process(OFFLINE, TIKTOKEN_CACHE_DIR=str(tmp_path)) == "2 False True"
    assert (tmp_path / tokens._FILE).read_bytes() == b"not a vocabulary"


def test_a_missing_vocabulary_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "find_spec", lambda name: None)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    with pytest.raises(SettingsWrong, match="reinstall llama-index-core"):
        tokens._vocabulary_folder()
