# Everything that a person types at this project. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
DEBIAN_PACKAGES := python3-venv gettext chromium fonts-noto-core postgresql postgresql-client libxml2-utils curl openssl \
	bind9-utils dovecot-imapd dovecot-pop3d postfix libnss-wrapper isync msmtp neomutt fetchmail php-cli libphp-phpmailer \
	thunderbird
# The tests on PostgreSQL leave out what has another subject than the database: the browser, the mail programs, how the
# project is built, what is made of settings alone, and pages and proofs that ask for those settings and nothing else.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope
WITHOUT_PROGRAMS := -m "not browser and not realmail"
WITHOUT_DATABASE := $(addprefix --ignore=tests/,articles core formats guides house proof replay \
	$(addsuffix .py,$(addprefix pages/test_,advisor articles budgets crawl device dns guides languages search values)))

.PHONY: help run install packages test test-sqlite test-postgresql check lint bench soak messages upgrade clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: install .env ## the site with demo data, on http://localhost:8000/ (PORT and HOST respected)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) demo --if-empty
	@echo "Skrynka is at http://localhost:$(PORT)/ (stop it with Ctrl+C)"
	@exec $(BIN)/gunicorn --config portal/gunicorn.py portal.wsgi

install: .venv/installed ## the Python packages of the site, into .venv

.venv/installed: requirements.txt
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-tests: .venv/installed tests/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

.env:
	@umask 077 && { echo "SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))')"; \
		echo "SITE_HOSTS=localhost,127.0.0.1,[::1]"; } > .env
	@echo "Wrote .env with a new SECRET_KEY. .env.example explains what else it may hold."

packages: ## the Debian packages that the tests need (as root, or names them)
	@missing=$$(dpkg-query -W -f='$${Package} $${Status}\n' $(DEBIAN_PACKAGES) 2>/dev/null | \
		awk '$$NF == "installed" {print $$1}' | grep -vxFf - <(printf '%s\n' $(DEBIAN_PACKAGES)) || true); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "The tests need, under the names of Debian:" $$missing; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then run=env; elif sudo -n true 2>/dev/null; then run="sudo env"; else \
		echo "The tests need these Debian packages: apt-get install" $$missing; exit 0; fi; \
	$$run apt-get update -qq && $$run DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove $$missing

test: packages test-sqlite test-postgresql ## every test, on SQLite and on PostgreSQL

test-sqlite: .venv/installed-tests
	$(PYTEST)

test-postgresql: .venv/installed-tests
	$(BIN)/python tests/with_postgresql.py $(PYTEST) $(WITHOUT_PROGRAMS) $(WITHOUT_DATABASE)

check: .venv/installed-tests ## quick: style, types, and the tests without a browser or mail programs, on SQLite
	$(MAKE) lint
	HYPOTHESIS_PROFILE=quick $(PYTEST) $(WITHOUT_PROGRAMS) -q

lint: .venv/installed-tests ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2 --check
	$(BIN)/mypy

bench: .venv/installed-tests ## how many times a bare Django view each answer costs, side by side in one run
	$(BIN)/python tests/bench.py

soak: .venv/installed-tests ## the hostile-input tests with many more inputs, and every page before axe
	HYPOTHESIS_PROFILE=soak $(PYTEST) $(WITHOUT_PROGRAMS) -k "any or hostile or Hostile"
	HYPOTHESIS_PROFILE=soak $(PYTEST) -k axe

messages: .venv/installed-tests ## collect strings for translation, then compile the catalogues (needs gettext)
	SECRET_KEY=messages $(MANAGE) makemessages -l uk --no-obsolete --no-location --ignore .venv --ignore tests
	SECRET_KEY=messages $(MANAGE) compilemessages --ignore .venv

upgrade: .venv/installed-tests ## show which packages have newer versions
	$(BIN)/python -m pip list --outdated

clean: ## remove what was installed and collected, never data
	rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis
