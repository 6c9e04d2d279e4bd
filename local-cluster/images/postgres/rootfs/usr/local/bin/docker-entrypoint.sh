#!/usr/bin/env bash
# Starts PostgreSQL, after having made a database cluster in $PGDATA when there is none yet.
#
# Variables, each of which may be given as a file by NAME_FILE: POSTGRES_PASSWORD, POSTGRES_USER (postgres),
# POSTGRES_DB (the name of the user), POSTGRES_INITDB_ARGS, and POSTGRES_HOST_AUTH_METHOD (scram-sha-256).
# Files in /docker-entrypoint-initdb.d run once, in the order of their names.
set -Eeuo pipefail

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Sets the variable $1 from itself, the file that $1_FILE names, or the default $2.
read_variable() {
  local name=$1 file="${1}_FILE"
  if [[ -n "${!name:-}" && -n "${!file:-}" ]]; then
    fail "both $name and $file are set, but only one may be"
  fi
  local value="${!name:-${2:-}}"
  if [[ -n "${!file:-}" ]]; then value="$(<"${!file}")"; fi
  export "$name=$value"
  unset "$file"
}

read_settings() {
  read_variable POSTGRES_PASSWORD
  read_variable POSTGRES_USER postgres
  read_variable POSTGRES_DB "$POSTGRES_USER"
  read_variable POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
  if [[ -z "$POSTGRES_PASSWORD" && "$POSTGRES_HOST_AUTH_METHOD" != trust ]]; then
    fail 'the database is not initialised and no superuser password is given: set POSTGRES_PASSWORD'
  fi
}

make_cluster() {
  # A file, because initdb starts itself again and may find a process substitution closed.
  local password_file
  password_file=$(umask 077 && mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
  # The arguments are one string with quotes, as on a command line.
  eval 'initdb --username="$POSTGRES_USER" --pwfile="$password_file" '"$POSTGRES_INITDB_ARGS"
  rm -f "$password_file"
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
}

# The server of the initialisation is reached by its socket only, so nobody takes it for the real one.
with_private_server() {
  PGUSER="$POSTGRES_USER" pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses='' -p 5432" start
  "$@"
  PGUSER="$POSTGRES_USER" pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
}

sql() {
  PGPASSWORD="$POSTGRES_PASSWORD" PGHOST='' PGHOSTADDR='' psql --set=ON_ERROR_STOP=1 --no-password --no-psqlrc \
    --username="$POSTGRES_USER" "$@"
}

run_init_files() {
  if [[ "$POSTGRES_DB" != postgres ]]; then
    sql --dbname=postgres --set=db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [[ -x "$file" ]]; then "$file"; else . "$file"; fi ;;
      *.sql) sql --dbname="$POSTGRES_DB" --file="$file" ;;
      *.sql.gz) gunzip --stdout "$file" | sql --dbname="$POSTGRES_DB" ;;
      *) [[ ! -e "$file" ]] || printf 'ignoring %s\n' "$file" ;;
    esac
  done
}

main() {
  if [[ "${1:-}" == -* ]]; then set -- postgres "$@"; fi
  if [[ "${1:-}" != postgres ]]; then exec "$@"; fi
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" 2>/dev/null || true
  if [[ "$(id --user)" == 0 ]]; then
    chown --recursive postgres:postgres "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "${BASH_SOURCE[0]}" "$@"
  fi
  if [[ ! -s "$PGDATA/PG_VERSION" ]]; then
    read_settings
    make_cluster
    with_private_server run_init_files
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
  exec "$@"
}

main "$@"
