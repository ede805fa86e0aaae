# ChatAI: `make demo` to see it, `make test` to check it, `make help` for the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The port of the demo's server. 0 lets the system choose.
PORT ?= 0
# Where `make install` puts things.
PREFIX ?= /usr/local
SWIFT ?= swift

# What the build needs beside Swift, and what the tests need on top, by Debian's names.
BUILD_PACKAGES := libncurses-dev libsqlite3-dev zlib1g-dev pkg-config
TEST_PACKAGES := tmux python3 python3-venv
# Stock Python: a WebSocket client that the server is checked with, a part-1 server that the console is.
TEST_VENV := .build/venv-test

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# MARK: What the system must have

# $(call need,PACKAGES): install what is missing of them, saying which.
define need
	@if ! command -v $(SWIFT) >/dev/null; then \
	  echo "Swift 6.3 or later is needed: https://www.swift.org/install/linux/" >&2; exit 1; fi; \
	if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then \
	  missing=""; \
	  for package in $(1); do \
	    dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "Installing:$$missing"; \
	    sudo=""; if [ "$$(id -u)" != 0 ]; then sudo=sudo; fi; \
	    $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	  fi; \
	elif [ ! -e .build/.packages-told ]; then \
	  echo "This is not a Debian: please see to it that these are there, by your system's names for them:"; \
	  echo "  $(1)"; \
	  mkdir -p .build && touch .build/.packages-told; \
	fi
endef

.PHONY: deps test-deps
deps:
	$(call need,$(BUILD_PACKAGES))

test-deps:
	$(call need,$(BUILD_PACKAGES) $(TEST_PACKAGES))

$(TEST_VENV)/ready:
	python3 -m venv $(TEST_VENV)
	$(TEST_VENV)/bin/pip install --quiet websockets aiohttp
	touch $@

# MARK: Everyday

.PHONY: build
build: deps ## Build the programs for release, into .build/release
	$(SWIFT) build -c release --product chatai
	$(SWIFT) build -c release --product chatai-server

.PHONY: demo
demo: build ## A server with a lively demo, and the console on it (PORT=… picks the port)
	@.build/release/chatai demo --port $(PORT)

.PHONY: test
test: test-deps $(TEST_VENV)/ready ## Build and run every test
	$(SWIFT) build --build-tests
	@# One after the other: tests with a real server, a terminal and time-outs of their own starve one another otherwise.
	CHATAI_TEST_VENV=$(abspath $(TEST_VENV)) $(SWIFT) test --skip-build --no-parallel

.PHONY: lint
lint: ## Check the code's format
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

.PHONY: format
format: ## Mend the code's format
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# The part of FILE between two markers becomes what `chatai keys` prints.
define insert_keys
	@.build/debug/chatai keys --format $(2) > .build/keys && \
	awk -v from='$(3)' -v to='$(4)' '$$0 == to { skip = 0 } !skip { print } $$0 == from { skip = 1; while ((getline line < ".build/keys") > 0) print line }' \
	  $(1) > .build/page && cp .build/page $(1)
endef

.PHONY: docs
docs: deps ## Write the table of keys into the README and the man page
	$(SWIFT) build --product chatai
	$(call insert_keys,README.md,markdown,<!-- keys -->,<!-- /keys -->)
	$(call insert_keys,Resources/man/chatai.1,man,.\\" keys,.\\" /keys)

.PHONY: install
install: build ## Install the programs, their data and the man pages under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/chatai $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 .build/release/chatai .build/release/chatai-server $(DESTDIR)$(PREFIX)/bin
	cp -R Resources/knowledge Resources/demo $(DESTDIR)$(PREFIX)/share/chatai
	install -m 644 Resources/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build .build-*
