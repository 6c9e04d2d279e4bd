#!/usr/bin/env bash
# Brings the schema of the metastore database up to date, unless IS_RESUME=true, and starts the service SERVICE_NAME.
set -x

: "${DB_DRIVER:=derby}"
verbose=()
if [[ "${VERBOSE:-}" == true ]]; then verbose=(--verbose); fi

export HIVE_CONF_DIR=$HIVE_HOME/conf
if [[ -d "${HIVE_CUSTOM_CONF_DIR:-}" ]]; then
  find "$HIVE_CUSTOM_CONF_DIR" -type f -exec ln --symbolic --force --no-dereference {} "$HIVE_CONF_DIR"/ \;
  export HADOOP_CONF_DIR=$HIVE_CONF_DIR
fi
export HADOOP_CLIENT_OPTS="${HADOOP_CLIENT_OPTS:-} -Xmx1G ${SERVICE_OPTS:-}"

if [[ "${IS_RESUME:-false}" == false ]]; then
  if "$HIVE_HOME/bin/schematool" -dbType "$DB_DRIVER" -initOrUpgradeSchema "${verbose[@]}"; then
    echo 'The schema is initialised.'
  else
    echo 'The initialisation of the schema failed!'
    exit 1
  fi
fi

if [[ "${SERVICE_NAME:-}" == metastore ]]; then
  export METASTORE_PORT=${METASTORE_PORT:-9083}
  exec "$HIVE_HOME/bin/hive" --skiphadoopversion --skiphbasecp "${verbose[@]}" --service "$SERVICE_NAME"
fi
