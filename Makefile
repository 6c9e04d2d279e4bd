# Everything works from a shell that has neither Node nor Go: hack/node.sh brings Node, hack/kubectl.sh brings kubectl.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# Image of the operator, for docker-build, docker-push and deploy.
IMG ?= trino-operator/trino-operator:dev
# Base images of the build and of what it makes, for registries of your own.
NODE_IMAGE ?= node:24-bookworm-slim
RUNTIME_IMAGE ?= $(NODE_IMAGE)
# docker, podman or buildah.
CONTAINER_TOOL ?= $(shell command -v docker || command -v podman || command -v buildah || echo docker)
# How long undeploy waits for the TrinoClusters to go.
UNDEPLOY_TIMEOUT ?= 15m
# Names of test files, for e2e, contract and test; a part of the benchmark, for bench.
NAME ?=
# Some of the stages check, contract, walk and end-to-end, for test and test-long, which also has contract-1.30, contract-1.37 and mutation; all when empty.
STAGES ?=

NODE := hack/node.sh
CLUSTER := hack/cluster.sh
KUBECTL := $(CLUSTER) hack/kubectl.sh

##@ General

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN { FS = ":.*##"; print "Usage: make TARGET [IMG=…] [NAME=…]" } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-zA-Z0-9_-]+:.*##/ { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Development

.PHONY: generate
generate: ## Generate CRD, roles, types and the API's reference page from the schema.
	@$(NODE) node hack/generate/main.ts

.PHONY: manifests
manifests: generate ## The same as generate, under the name that operator-sdk uses.

.PHONY: check
check: ## Types, lint, walls, generated files, unit and golden tests. Needs no cluster.
	@$(NODE) node hack/check.ts

.PHONY: check-crd
check-crd: ## Ask Kubernetes 1.25's own code about the CRD, its examples and what is rendered. Needs Go.
	cd test/crd/kubernetes-1.25 && go run . ../../../config/crd/bases/trino.trino-operator.io_trinoclusters.yaml ../examples.yaml ../../golden/*/*/manifests.yaml

.PHONY: format
format: ## Format all files.
	@$(NODE) biome check --write .

.PHONY: test
test: ## Everything: check, contract tests, schema walk and end-to-end tests, on the local cluster or that of KUBECONFIG.
	@$(NODE) node hack/test.ts --files="$(NAME)" $(STAGES)

.PHONY: test-long
test-long: ## The same with TEST_LONG=1: tests that take minutes run too.
	@TEST_LONG=1 $(NODE) node hack/test.ts --files="$(NAME)" $(STAGES)

.PHONY: contract
contract: ## Contract tests against a real API server; NAME= picks one, KUBERNETES=1.30 a version without a cluster.
	@$(NODE) node hack/contract.ts $(NAME)

.PHONY: e2e
e2e: ## End-to-end tests against a cluster with the operator deployed; NAME= picks one.
	@$(CLUSTER) $(NODE) vitest run --project e2e --reporter=verbose $(NAME)

.PHONY: bench
bench: ## Measure against a plain kubectl apply.
	@$(NODE) hack/bench.sh $(NAME)

.PHONY: run
run: ## Run the operator on this machine against the current cluster.
	@replicas=$$($(KUBECTL) --namespace trino-operator-system get deployment trino-operator --ignore-not-found --output 'jsonpath={.spec.replicas}') && \
	if [ "$${replicas:-0}" != 0 ]; then \
	  echo "An operator is deployed, and two of them would undo each other's work. Stop it first:"; \
	  echo "  kubectl --namespace trino-operator-system scale deployment trino-operator --replicas=0"; exit 1; \
	fi
	@$(MAKE) install
	@$(CLUSTER) $(NODE) node src/main.ts run --log-format text

##@ Build

.PHONY: build
build: ## Bundle the operator into dist/.
	@$(NODE) node hack/build.ts

.PHONY: docker-build
docker-build: ## Build the image IMG.
	$(CONTAINER_TOOL) build --build-arg NODE_IMAGE=$(NODE_IMAGE) --build-arg RUNTIME_IMAGE=$(RUNTIME_IMAGE) --tag $(IMG) .

.PHONY: docker-push
docker-push: ## Push the image IMG.
	$(CONTAINER_TOOL) push $(IMG)

##@ Deployment

.PHONY: install
install: ## Install the CRD into the current cluster.
	@$(KUBECTL) apply --server-side --force-conflicts -k config/crd

.PHONY: uninstall
uninstall: ## Remove the CRD; refused while there are TrinoClusters.
	@$(CLUSTER) hack/deploy.sh uninstall

.PHONY: deploy
deploy: ## Deploy the operator IMG into the current cluster.
	@$(CLUSTER) hack/deploy.sh apply "$(IMG)"

.PHONY: undeploy
undeploy: ## Delete every TrinoCluster, wait until they are gone, then remove the operator and its CRD.
	@UNDEPLOY_TIMEOUT=$(UNDEPLOY_TIMEOUT) $(CLUSTER) hack/deploy.sh delete "$(IMG)"

##@ Local cluster

.PHONY: cluster-up
cluster-up: ## Start a real Kubernetes on this machine, without Docker (Debian or Ubuntu, root).
	@$(NODE) node local-cluster/main.ts up

.PHONY: cluster-down
cluster-down: ## Stop it and clean up; the cache of programs and images stays.
	@$(NODE) node local-cluster/main.ts down

.PHONY: cluster-status
cluster-status: ## Say what runs.
	@$(NODE) node local-cluster/main.ts status

.PHONY: cluster-load
cluster-load: ## Build the image IMG of this checkout without Docker, into the local cluster.
	@$(NODE) node hack/cluster-load.ts "$(IMG)"

.PHONY: demo
demo: ## From nothing to rows: local cluster, operator, a lakehouse, queries.
	@$(NODE) node hack/demo.ts
