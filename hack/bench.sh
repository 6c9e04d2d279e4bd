#!/bin/sh
# The benchmark. Its part `scale` starts a control plane of its own; all others need a cluster.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
if [ "${1:-}" = scale ]; then
  exec node "$root/bench/main.ts" "$@"
fi
exec "$root/hack/cluster.sh" node "$root/bench/main.ts" "$@"
