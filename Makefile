# The commands of the README. Each sets up .venv by itself when it is missing or out of date.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test accept crashtest faulttest e2e month monthtest scheduletest browser lint docs bench bench-restore bench-hijacked bench-crawl bench-export bench-browse setup clean

demo: .venv/installed
	$(BIN)/scrapy crawl demo -L WARNING

# A file of tests is one process's, so that what its tests share is made once.
test: .venv/installed
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

# Shows every field of a saved page that is read otherwise than accepted, and asks; YES=--yes takes.
accept: .venv/installed
	$(BIN)/python tests/accept.py $(YES)

# Before a release: kills a crawl at every placed point and KILLS times at random; 8 minutes. And
# a prune at each of its points.
KILLS ?= 200
crashtest: .venv/installed
	KILLS=$(KILLS) $(BIN)/pytest -s tests/crash tests/test_prune.py -m "slow or not slow"

# Every case of every fault of the list, full disks, and a crawl killed at some points; six minutes.
faulttest: .venv/installed
	$(BIN)/pytest tests/faults tests/crash -m "slow or not slow"

# Every profile crawled on loopback under its real host names, night after night; a minute.
e2e: .venv/installed
	$(BIN)/pytest tests/e2e -m "slow or not slow"

# What a person sees, in a real Chromium; it and a Chinese font are installed by apt when missing.
CHROMIUM ?= chromium
browser: .venv/browser
	CHROMIUM=$(CHROMIUM) tests/browser/setup.sh
	CHROMIUM=$(CHROMIUM) $(BIN)/pytest tests/browser -m browser

# As root on Linux with systemd: the printed units in a real service manager of their own.
scheduletest: .venv/installed
	$(BIN)/pytest tests/test_schedule.py -m "slow or not slow"

# Thirty nights of ten invented portals, a real `scrapy nightly` each; ten minutes. Prints the table
# of what was told in which night; WRITE=--write puts it into docs/OPERATING.md.
month: .venv/installed
	$(BIN)/python tests/month/monthly.py $(WRITE)

# The same, and that everything was as it should be: alarms, books, what was published.
monthtest: .venv/installed
	$(BIN)/pytest tests/month -m slow

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# PAGES=FOLDER measures on saved pages of your own; without it, on the demo portal's.
bench: .venv-bench/installed
	.venv-bench/bin/python tests/bench/extraction.py $(PAGES)

bench-restore: .venv-bench/installed
	PYTHONPATH=tests .venv-bench/bin/python tests/bench/restoration.py

# PAGES=FOLDER: what saved pages of your own lose that are put through the damaging tool whole.
bench-hijacked: .venv-bench/installed
	PYTHONPATH=tests .venv-bench/bin/python tests/bench/hijacked.py $(PAGES)

# Pages per second beside a bare Scrapy spider; memory and start-up with many known pages.
bench-crawl: .venv/installed
	for what in 2000 memory start; do $(BIN)/python tests/bench/crawl.py $$what || exit 1; done

# Memory, time and size of an export of RECORDS in every format.
RECORDS ?= 1000000
bench-export: .venv/installed
	$(BIN)/python tests/bench/export.py $(RECORDS)

# The copy that is browsed, and how soon it answers, with BROWSED records.
BROWSED ?= 100000
bench-browse: .venv/installed
	$(BIN)/python tests/bench/browse.py $(BROWSED)

docs: .venv/installed
	$(BIN)/python docs/generate.py

setup: .venv/installed

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "ruralnews needs Python 3.11 or newer; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.venv/browser: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[browser]'
	@touch $@

# The other extractors and the texts live apart: none of them is a dependency.
.venv-bench/installed: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --upgrade pip
	.venv-bench/bin/pip install --quiet --editable '.[bench]'
	@touch $@

clean:
	rm -rf .venv .venv-bench
