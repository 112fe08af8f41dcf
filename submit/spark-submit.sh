#!/usr/bin/env bash
# Runs a silotune command on a Spark cluster, through the spark-submit of $SPARK_HOME or the PATH.
#
#   submit/spark-submit.sh [options of spark-submit] -- [command and options of silotune]
#
#   submit/spark-submit.sh --master spark://head:7077 --executor-memory 4g \
#     --conf spark.executor.cores=1 -- \
#     train submit/experiments/gsm8k-3.yaml --data hdfs:///gsm8k --output hdfs:///runs --run-id a
#
# The jar that it submits holds the engine and its native library; Spark brings the rest. Base
# models are opened on every host at the path that they have here: fetch them first on each, or
# set SILOTUNE_CACHE to a folder that all hosts see.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/lib/build.sh"
source "$here/lib/java.sh"

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options+=("$1")
  shift
done
[ "${1:-}" = -- ] || die "Missing --: options of spark-submit come before it, the silotune command after it" 2
shift

if [ -n "${SPARK_HOME:-}" ]; then
  submit=("$SPARK_HOME/bin/spark-submit")
else
  submit=("$(command -v spark-submit || true)")
fi
[ -n "${submit[0]}" ] && [ -x "${submit[0]}" ] || die "Missing spark-submit: set SPARK_HOME to a Spark 4.1 distribution for Scala 2.13" 2

# A driver on this host logs as ./submit/silotune does; one on the cluster as the cluster does.
driver_options='-Dai.djl.offline=true -DOPT_OUT_TRACKING=true'
[[ "${options[*]-}" == *cluster* ]] || driver_options+=" -Dlog4j2.configurationFile=$here/conf/log4j2.properties -Dsilotune.home=$here"

build_fat_jar_if_needed
jar=$(fat_jar)
exec "${submit[@]}" \
  --class org.silotune.cli.Main \
  --driver-java-options "$driver_options" \
  --conf spark.executorEnv.DJL_OFFLINE=true \
  --conf spark.executorEnv.OPT_OUT_TRACKING=true \
  ${options[@]+"${options[@]}"} \
  "$jar" "$@"
