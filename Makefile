# make demo: segment a photo.   make explore: edit its labels in the browser.   make lab: open JupyterLab.
# make test: run the tests.     make train: train `mini` on the data in LSEG_DATA.     make docs: the site, in _docs/.
# make web: the page that segments a visitor's photo, in _web/ (needs npm); make test-web: use it in Chromium.
# make bench: what each part costs, beside the plain way, in data/results/performance.json.
# make kill: kill trainings and measurements fifty times, fill the disk, and compare (ten minutes on two cores).
# make fuzz: 10,000 broken and hostile inputs to everything that reads files or words, in data/results/fuzz.json.
# The environment .venv is made by the newest Python that is here; another one: make clean, then make PYTHON=/path/to/python.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.10; do $$p -c 'import ensurepip' 2>/dev/null && echo $$p && break; done)
IMAGE  ?= sample
LABELS ?= sky, building, tree
BIN    := .venv/bin
READY  := .venv/ready

.PHONY: demo explore web test test-browser test-web bench fuzz kill docs test-docs lab train readme python clean
demo: $(READY)
	@echo "== segmenting $(IMAGE) with: $(LABELS)"
	@$(BIN)/lseg segment "$(IMAGE)" --labels "$(LABELS)" --out demo.png

explore: $(READY)
	@$(BIN)/lseg explore $(if $(filter-out sample,$(IMAGE)),"$(IMAGE)") --labels "$(LABELS)"

test: $(READY)
	@bash .ci/test

test-browser: $(READY)
	@$(BIN)/python .ci/browser

web: $(READY)
	@echo "== making the page that segments a visitor's photo (a minute): _web/"
	@$(BIN)/lseg web --out _web
	@echo "== to look at it: $(BIN)/python -m http.server -d _web, then http://127.0.0.1:8000/"

test-web: web
	@$(BIN)/python .ci/web _web

bench: $(READY)
	@echo "== measuring each part beside the plain way (a few minutes; let nothing else run)"
	@$(BIN)/python -c "from lseg_nb.performance import bench; bench('data/results/performance.json')"

kill: $(READY)
	@$(BIN)/python tools/kill.py

fuzz: $(READY)
	@echo "== giving every reader what nobody meant to give it (under an hour)"
	@$(BIN)/python tools/fuzz.py --n 10000 --seed 0

docs: $(READY)
	@$(BIN)/python -c 'import sphinx_book_theme, myst_nb, latex2mathml' 2>/dev/null || { echo "== installing what makes the site"; $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,docs]'; }
	@echo "== making the site (a minute): _docs/index.html"
	@$(BIN)/python docs/build.py

test-docs: docs
	@$(BIN)/python .ci/site

lab: $(READY)
	@echo "== opening JupyterLab on nbs/"
	@$(BIN)/jupyter lab --notebook-dir=nbs

train: $(READY)
	@echo "== training mini on the data sets in $$LSEG_DATA (an hour or two on 2 cores; stop and start at will)"
	@$(BIN)/lseg train --out runs/mini

readme: $(READY)
	@$(BIN)/python .ci/readme README.md

$(READY): settings.ini setup.py constraints.txt
	@[ -n "$(PYTHON)" ] || { echo "make needs Python 3.10 to 3.13 with its venv module: install one (on Debian: apt-get install python3.11-venv) or name it, as in make PYTHON=/path/to/python"; exit 2; }
	@[ -x $(BIN)/pip ] || { echo "== 1/2 making the environment .venv with $(PYTHON)"; "$(PYTHON)" -m venv .venv; }
	@echo "== 2/2 installing the package and its tools into .venv (a few minutes, about 6 GB; torch is most of it)"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e '.[dev]'
	@touch $(READY)
	@echo "== ready"

python:
	@echo $(PYTHON)

clean:
	rm -rf .venv _docs _web build dist *.egg-info demo.png
