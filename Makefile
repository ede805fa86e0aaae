# ChatAI: `make demo` to see it, `make test` to check it, `make help` for the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The port of the demo's server. 0 lets the system choose.
PORT ?= 0
# Where `make install` puts things.
PREFIX ?= /usr/local
SWIFT ?= swift
# On a terminal SwiftPM asks the compiler for colours, and builds everything anew when that has changed. Said here it
# never changes: `make build | tee log` does not undo what `make build` has done, nor the other way round.
SWIFT_BUILD := $(SWIFT) build --no-color-diagnostics

# What `make build` builds.
PROGRAMS ?= chatai chatai-server

# What the build needs beside Swift, and what the tests need on top, by Debian's names.
BUILD_PACKAGES := libncurses-dev libsqlite3-dev zlib1g-dev pkg-config
# The last line is other people's WebSockets, which ours must get on with.
TEST_PACKAGES := tmux python3 python3-venv \
  chromium gcc libc6-dev libwebsockets-dev nodejs node-ws
# Stock Python: a WebSocket client that the server is checked with, a part-1 server that the console is.
TEST_VENV := .build/venv-test
# The libraries that our WebSocket is measured beside.
BENCH_PACKAGES := gcc g++ libboost-dev libwebsockets-dev nodejs node-ws python3 python3-venv

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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
	for program in $(PROGRAMS); do $(SWIFT_BUILD) -c release --product $$program; done

# The console as one file that needs nothing of the system but its kernel, stripped by the linker. Optimised for size:
# a megabyte less of it is in memory, and keys and messages are on the screen no later.
STATIC_FLAGS := -c release --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -Osize -Xlinker -s \
  --scratch-path .build-static

.PHONY: static
static: deps ## Build the console as one static file, .build-static/release/chatai
	$(SWIFT_BUILD) $(STATIC_FLAGS) --product chatai

.PHONY: demo
demo: build ## A server with a lively demo, and the console on it (PORT=… picks the port)
	@.build/release/chatai demo --port $(PORT)

.PHONY: test
test: test-deps $(TEST_VENV)/ready ## Build and run every test
	$(SWIFT_BUILD) --build-tests
	@# One after the other: tests with a real server, a terminal and time-outs of their own starve one another otherwise.
	CHATAI_TEST_VENV=$(abspath $(TEST_VENV)) $(SWIFT) test --skip-build --no-parallel

# Autobahn's suite for WebSockets; the scripts that run it stand beside the checkout.
CONFORMANCE ?= ../shared/tools/ws_conformance

.build/venv-kosoku/ready:
	python3 -m venv .build/venv-kosoku
	.build/venv-kosoku/bin/pip install --quiet kosoku
	touch $@

.PHONY: conformance
conformance: deps .build/venv-kosoku/ready ## All of Autobahn's cases, as client and as server, strictly (CASES='-i 1.*' for some)
	@test -d $(CONFORMANCE) || { echo "no conformance suite in $(CONFORMANCE): say CONFORMANCE=…" >&2; exit 1; }
	$(SWIFT_BUILD) -c release --product websocket-testee
	set -f; .build/venv-kosoku/bin/python $(CONFORMANCE)/client_conformance.py --strict $(CASES) \
	  -- .build/release/websocket-testee client '{url}'
	set -f; .build/venv-kosoku/bin/python $(CONFORMANCE)/server_conformance.py --strict $(CASES) \
	  --start '.build/release/websocket-testee server --port {port}'

# How long, all targets together.
SECONDS_OF_FUZZING ?= 60

.PHONY: fuzz
fuzz: deps ## Fuzz the WebSocket module, SECONDS_OF_FUZZING seconds in all
	Tests/FuzzingTests/Driver/fuzz.sh all $(SECONDS_OF_FUZZING)

.PHONY: bench-websocket
bench-websocket: ## The WebSocket echo beside other libraries', as tables (ARGUMENTS=--quick)
	$(call need,$(BUILD_PACKAGES) $(BENCH_PACKAGES))
	$(SWIFT_BUILD) -c release --product websocket-codec-bench
	python3 Sources/Benchmarks/WebSocket/run.py $(ARGUMENTS)

.PHONY: bench-server
bench-server: build ## The server under load beside a FastAPI twin, as tables (ARGUMENTS=--quick)
	$(SWIFT_BUILD) -c release --product server-load
	python3 Sources/Benchmarks/Server/run.py $(ARGUMENTS)

# tui_meter measures a terminal program from outside; it stands beside the checkout.
METER ?= ../shared/tools
CONSOLE_BENCH_PACKAGES := gcc libc6-dev fonts-dejavu-core irssi ngircd python3 python3-venv weechat-curses

.build/venv-meter/ready:
	python3 -m venv .build/venv-meter
	.build/venv-meter/bin/pip install --quiet pillow aiohttp
	touch $@

.PHONY: bench-console
bench-console: static .build/venv-meter/ready ## The console beside weechat and irssi, as a table with its bars (ARGUMENTS=--quick)
	$(call need,$(CONSOLE_BENCH_PACKAGES))
	@test -d $(METER)/tui_meter || { echo "no tui_meter in $(METER): say METER=…" >&2; exit 1; }
	.build/venv-meter/bin/python Sources/Benchmarks/Console/run.py $(METER) $(ARGUMENTS)

# Fonts with what the demo's visitors write: CJK and emoji.
SCREENS_PACKAGES := gcc libc6-dev fonts-dejavu-core fonts-symbola fonts-unifont python3 python3-venv

.PHONY: screens
screens: build .build/venv-meter/ready ## The pictures of the README anew (ARGUMENTS='--all --out DIR' for every screen, size and theme)
	$(call need,$(SCREENS_PACKAGES))
	@test -d $(METER)/tui_meter || { echo "no tui_meter in $(METER): say METER=…" >&2; exit 1; }
	.build/venv-meter/bin/python Resources/screens/shoot.py $(METER) $(ARGUMENTS)

.PHONY: bench-console-list
bench-console-list: deps ## What a key costs in a list of many dialogs, as a table (DIALOGS=100000)
	$(SWIFT_BUILD) -c release --product console-list-bench
	.build/release/console-list-bench $(DIALOGS)

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
	$(SWIFT_BUILD) --product chatai
	$(call insert_keys,README.md,markdown,<!-- keys -->,<!-- /keys -->)
	$(call insert_keys,Resources/man/chatai.1,man,.\\" keys,.\\" /keys)

.PHONY: docs-websocket
docs-websocket: deps ## Build the WebSocket module's documentation, a static site in .build/docs/websocket
	$(SWIFT_BUILD) --target WebSocket
	rm -rf .build/docs && mkdir -p .build/docs/symbols
	bin=$$(readlink -f "$$($(SWIFT_BUILD) --show-bin-path)"); \
	swift-symbolgraph-extract -module-name WebSocket -target "$$(basename "$$(dirname "$$bin")")" \
	  -I "$$bin/Modules" -I Sources/CZlib -minimum-access-level public -skip-synthesized-members \
	  -output-dir .build/docs/symbols
	docc convert Sources/WebSocket/WebSocket.docc --additional-symbol-graph-dir .build/docs/symbols \
	  --warnings-as-errors --transform-for-static-hosting --output-path .build/docs/websocket
	@echo "python3 -m http.server -d .build/docs/websocket, then /documentation/websocket"

.PHONY: install
install: build ## Install the programs, their data, man pages and shell completions under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/chatai $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 .build/release/chatai .build/release/chatai-server $(DESTDIR)$(PREFIX)/bin
	cp -R Resources/knowledge Resources/demo Resources/widget Resources/themes Resources/examples $(DESTDIR)$(PREFIX)/share/chatai
	install -m 644 Resources/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	for program in chatai chatai-server; do \
	  share=$(DESTDIR)$(PREFIX)/share; write=".build/release/$$program --generate-completion-script"; \
	  $$write bash > $$share/bash-completion/completions/$$program && \
	  $$write zsh > $$share/zsh/site-functions/_$$program && \
	  $$write fish > $$share/fish/vendor_completions.d/$$program.fish || exit 1; \
	done

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build .build-*
