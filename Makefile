# The commands of the README. Each is one script of the same name.
.DEFAULT_GOAL := help
ifdef CAIRN_HOME
export CAIRN_HOME
endif
ifdef CAIRN_PORT
export CAIRN_PORT
endif

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\): *## */\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

up: ## build, start, make a demo machine
	@scripts/up

down: ## stop all of it
	@scripts/down

clean: ## stop it and forget it
	@scripts/clean

status: ## what runs
	@scripts/status

logs: ## follow the logs; LINES=100 shows more of the past
	@scripts/logs

test: ## everything that must hold, guests included
	@scripts/test

soak: ## kills, power cuts and bad requests for an hour
	@scripts/soak

bench: ## measure what SPECIFICATION.md promises
	@scripts/bench

test-trixie: ## the same in a fresh Debian 13
	@scripts/in-debian trixie make test

test-bookworm: ## the same in a fresh Debian 12
	@scripts/in-debian bookworm make test

test-kvm: ## the way with KVM, in an emulated node
	@scripts/test-kvm

fmt: ## lay out the sources
	@JAVA_HOME="$$(scripts/jdk)" ./mvnw -q spotless:apply

.PHONY: help up down clean status logs test soak bench test-trixie test-bookworm test-kvm fmt
