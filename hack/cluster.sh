#!/bin/sh
# Runs a command against a cluster: that of KUBECONFIG, else kubectl's current context, else the local cluster of `make cluster-up`.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
local_kubeconfig="${XDG_CACHE_HOME:-$HOME/.cache}/trino-operator/cluster/kubeconfig"

# Set in any case, for programs that do not know kubectl's default.
if [ -z "${KUBECONFIG:-}" ]; then
  if [ -e "$local_kubeconfig" ] && ! "$root/hack/kubectl.sh" config current-context >/dev/null 2>&1; then
    KUBECONFIG=$local_kubeconfig
  else
    KUBECONFIG="$HOME/.kube/config"
  fi
  export KUBECONFIG
fi

if ! answer=$("$root/hack/kubectl.sh" get --raw /readyz --request-timeout=20s 2>&1); then
  {
    echo "No Kubernetes cluster answers: $answer"
    echo "Start the local one with 'make cluster-up', or point KUBECONFIG at another."
  } >&2
  exit 1
fi
exec "$@"
