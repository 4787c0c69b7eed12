# One command each; everything is installed into .venv on first use, with the versions of constraints.txt.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data
ARTICLES ?= ../shared/corpus
HOURS  ?= 1
FUZZ   ?= 50
SECONDS ?= 50
HAIKU  ?= $(VENV)/haiku/bin/python
Q      ?= How many articles does the treaty between Russia and Iran have?

.PHONY: install ask chat test test-slow reliability soak fuzz licences sbom lint bench bench-peers eval eval-llm clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; ok = (3, 10) <= sys.version_info[:2] <= (3, 13); sys.exit(None if ok else \
	  f"Sourceline runs on Python 3.10 to 3.13, not {sys.version.split()[0]}: make install PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

ask: install        ## answer a question over the sample corpus: make ask Q="..."
	@$(BIN)/sourceline index corpus --home var
	@echo
	@$(BIN)/sourceline ask "$$Q" --home var

chat: install       ## the chat page
	@$(BIN)/sourceline chat

test: install       ## everything that is fast; a tiny language model (98 MB) is fetched for it once, where it can be had
	@$(BIN)/python -m tests.smollm || echo "it cannot be had: the tests of a real llama.cpp are skipped"
	$(BIN)/pytest -n 2 -m "not slow"

test-slow: install  ## kill sweeps, damage, scale
	$(BIN)/pytest -n 2 -m slow --timeout=3000 -rP

reliability: install  ## every row of what must survive, with its tests and what they tried: docs/reliability.md
	$(BIN)/python -m tests.reliability

soak: install       ## mixed load over the page for HOURS: errors told, growth bounded, the store whole: docs/soak.md
	$(BIN)/python -m benchmarks.soak --hours $(HOURS)

fuzz: install       ## properties FUZZ times as hard and by chance; what is read and streamed, SECONDS each, steered by coverage: docs/fuzz.md
	$(BIN)/pip install --quiet -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz --times $(FUZZ) --seconds $(SECONDS)

licences: $(VENV)/audit/done  ## the licence of every installed package
	@$(VENV)/audit/bin/pip-licenses --python=$(BIN)/python --from=mixed --with-urls | sed '/^   /d'  # one has its whole text there

sbom: $(VENV)/audit/done      ## what is installed, as CycloneDX (JSON)
	@mkdir -p var
	@$(VENV)/audit/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o var/sbom.json $(BIN)/python
	@echo var/sbom.json

$(VENV)/audit/done: $(VENV)/installed   # tools of their own, so that they are in no list themselves
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-licenses==5.5.5 cyclonedx-bom==7.5.0
	@touch $@

lint: install       ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install      ## quality and speed, against baselines in the same run; DATA=folder of the public data sets
	$(BIN)/python -m benchmarks.quality.xquad $(DATA)/xquad
	$(BIN)/python -m benchmarks.quality.sets $(DATA)
	$(BIN)/python -m benchmarks.quality.sentences $(DATA)/xquad
	$(BIN)/python -m benchmarks.quality.refusing $(DATA)
	$(BIN)/python -m benchmarks.quality.names
	$(BIN)/python -m benchmarks.quality.verifying $(DATA)
	$(BIN)/pip install --quiet -r benchmarks/quality/peers/requirements.txt
	$(BIN)/python -m benchmarks.speed.results $(DATA) --articles $(ARTICLES) --haiku-python "$(wildcard $(HAIKU))"
	$(BIN)/python -m benchmarks.speed.common $(DATA)

bench-peers: install  ## the same cases through llama-index, haiku.rag and BM25; HAIKU=the Python of an environment with haiku.rag
	$(BIN)/pip install --quiet -r benchmarks/quality/peers/requirements.txt
	$(BIN)/python -m benchmarks.quality.peers.all $(DATA) --haiku-python $(HAIKU)
	$(BIN)/python -m benchmarks.speed.results $(DATA) --only peers --haiku-python $(HAIKU)

eval: install       ## the gold questions over the sample corpus
	@mkdir -p var/evals
	$(BIN)/sourceline eval run evals/gold/sample.jsonl --corpus corpus --out var/evals/sample.json --fresh

eval-llm: install   ## written answers by the model in GGUF=file, beside llama-index's, and planted instructions; hours, goes on where it stopped
	$(BIN)/pip install --quiet -r benchmarks/quality/peers/requirements.txt -e '.[local]'
	$(BIN)/python -m benchmarks.quality.written $(DATA) --articles $(ARTICLES) --gguf $(GGUF)
	$(BIN)/python -m benchmarks.quality.attacks $(DATA)/security --gguf $(GGUF)

clean:              ## forget the virtual environment, the home and the caches
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

export Q
