#!/bin/sh
# Runs a command with Node 24 and this repository's tools first in PATH, and installs both where they are missing:
#
#   hack/node.sh node hack/check.ts
#
# On Linux, npm brings Node itself (x64 and arm64). Elsewhere a node of version 24 or newer must be in PATH.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

ensure_npm() {
  command -v npm >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "npm is missing; installing it with apt-get"
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends npm >&2
    return
  fi
  say "npm is missing. Install Node.js 24 or newer (https://nodejs.org), then try again."
  exit 1
}

if [ ! -e "$root/node_modules/.package-lock.json" ]; then
  ensure_npm
  say "installing the packages of package-lock.json"
  # Strict engines would refuse the Node that is there, before the right one is.
  (cd "$root" && npm ci --engine-strict=false --no-audit --no-fund --loglevel=error >&2)
fi

PATH="$root/node_modules/.bin:$PATH"
export PATH
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 24 ? 0 : 1)' 2>/dev/null; then
  say "This needs Node.js 24 or newer, and npm has none for this system. Install it from https://nodejs.org."
  exit 1
fi
exec "$@"
