# The commands of the README. Each is one script of the same name.
.DEFAULT_GOAL := help

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\): *## */\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

test: ## everything that must hold, guests included
	@scripts/test

fmt: ## lay out the sources
	@JAVA_HOME="$$(scripts/jdk)" ./mvnw -q spotless:apply

.PHONY: help test fmt
