#!/usr/bin/env bash
# Proves that a cluster gives the bits of one process: the quickstart on the tiny model, once on
# local[2] and once through spark-submit on a standalone master with two executors of one core each.
#
#   SPARK_HOME=... submit/check-standalone.sh
#
# Needs a Spark 4.1 distribution for Scala 2.13; the PyPI package pyspark 4.1 is one (SPARK_HOME is
# then its folder in site-packages). Starts master and workers itself, on the loopback address, and
# stops them. Prints both hashes and ends with 1 where they differ.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
if [ ! -x "${SPARK_HOME:-}/bin/spark-class" ]; then
  echo "Missing Spark in SPARK_HOME '${SPARK_HOME:-}': name a Spark 4.1 distribution for Scala 2.13" >&2
  exit 2
fi
port=${SILOTUNE_MASTER_PORT:-17077}
scratch=$(mktemp -d)
daemons=()

stop() {
  if [ ${#daemons[@]} -gt 0 ]; then
    kill "${daemons[@]}" 2> /dev/null || true
    wait "${daemons[@]}" 2> /dev/null || true
  fi
  rm -rf "$scratch"
}
trap stop EXIT

daemon() {
  "$SPARK_HOME/bin/spark-class" "$@" > "$scratch/daemon-${#daemons[@]}.log" 2>&1 &
  daemons+=($!)
}

# await TEXT FILE: until the log has the text.
await() {
  for _ in $(seq 120); do
    if grep -q "$1" "$2" 2> /dev/null; then return; fi
    sleep 1
  done
  echo "Cannot start Spark: '$1' is not in the log after 120 s" >&2
  tail -n 20 "$2" >&2
  exit 1
}

# hash: the adapter's sha256 in a run's last line
hash() {
  tail -n 1 "$1" | sed -n 's/.*"adapter_sha256":"\([0-9a-f]*\)".*/\1/p'
}

# Executors work in the daemons' folder: absolute paths only.
experiment=$here/experiments/quickstart-tiny.yaml
settings=(--set federated.rounds=2 --set local.length.count=6 --set report.exact-match=none --set report.samples=0)

"$here/silotune" train "$experiment" "${settings[@]}" --set 'spark.master=local[2,4]' \
  --output "$scratch/runs" --run-id local --json > "$scratch/local.out"

export SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1 SPARK_WORKER_DIR=$scratch/workers
daemon org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
await "I have been elected leader" "$scratch/daemon-0.log"
for _ in 1 2; do
  daemon org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 2g --webui-port 0 \
    "spark://127.0.0.1:$port"
done
await "Successfully registered" "$scratch/daemon-1.log"
await "Successfully registered" "$scratch/daemon-2.log"

"$here/spark-submit.sh" --master "spark://127.0.0.1:$port" --executor-memory 1g --executor-cores 1 \
  --conf spark.driver.host=127.0.0.1 \
  -- train "$experiment" "${settings[@]}" --output "$scratch/runs" --run-id cluster --json \
  > "$scratch/cluster.out"

executors=$(find "$scratch/workers" -mindepth 2 -maxdepth 2 -type d | wc -l)
echo "local[2]             $(hash "$scratch/local.out")"
echo "cluster, $executors executors $(hash "$scratch/cluster.out")"
[ "$executors" -eq 2 ] || { echo "Expected 2 executors, found $executors" >&2; exit 1; }
[ -n "$(hash "$scratch/local.out")" ] || { echo "Missing adapter_sha256" >&2; exit 1; }
[ "$(hash "$scratch/local.out")" = "$(hash "$scratch/cluster.out")" ]
