# Sourced after build.sh: runs a main class with the JVM options that Spark and the engine need.

# Spark's own list, from org.apache.spark.launcher.JavaModuleOptions.
java_options=(
  -XX:+IgnoreUnrecognizedVMOptions
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.lang.invoke=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
  --add-opens=java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/sun.nio.cs=ALL-UNNAMED
  --add-opens=java.base/sun.security.action=ALL-UNNAMED
  --add-opens=java.base/sun.util.calendar=ALL-UNNAMED
  -Djdk.reflect.useDirectMethodHandle=false
  -Dio.netty.tryReflectionSetAccessible=true
  -Djava.awt.headless=true
  # The engine's native library is in the jars: it must never look for one on the network.
  -Dai.djl.offline=true
  -DOPT_OUT_TRACKING=true
)

# A quarter of the memory for the heap, between 1 and 4 GB: tensors live outside it. It begins small:
# a heap that begins at the JVM's 64th of the memory fills it with garbage before it first collects.
heap_megabytes() {
  local kilobytes=4194304
  [ -r /proc/meminfo ] && kilobytes=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
  local quarter=$((kilobytes / 4096))
  [ "$quarter" -gt 4096 ] && quarter=4096
  [ "$quarter" -lt 1024 ] && quarter=1024
  printf '%s' "$quarter"
}

runtime_classpath() {
  local own
  own=$(find "$target" -maxdepth 1 -name 'silotune-spark-jobs-*.jar' ! -name '*-tests.jar' ! -name '*-all.jar')
  printf '%s:%s:%s' "$own" "$(cat "$classpath/libraries")" "$(cat "$classpath/spark")"
}

# Classes as they are after loading, from a file that the build left: half of the time to a first
# step is loading and checking classes. One that is not of these jars and this JVM is not used.
class_archive=$classpath/classes.jsa

archive_options() {
  [ -f "$class_archive" ] && printf '%s\n' "-XX:SharedArchiveFile=$class_archive" '-Xlog:cds*=off'
  return 0
}

# The archive, of what one step of the bundled model needs. Nothing depends on it.
archive_classes() {
  rm -f "$class_archive"
  DJL_OFFLINE=true OPT_OUT_TRACKING=true "$(java_command)" \
    "${java_options[@]}" \
    "-Dlog4j2.configurationFile=$here/conf/log4j2.properties" \
    "-XX:ArchiveClassesAtExit=$class_archive" '-Xlog:cds*=off' \
    -cp "$(runtime_classpath)" org.silotune.cli.Main bench load --one --model tiny \
    > /dev/null 2>&1 || rm -f "$class_archive"
}

# What is over in seconds, or spends them outside of Java, is not worth an optimising compiler's time.
short_options() {
  case "${1:-} ${2:-}" in
    'bench load' | 'models '* | 'datasets '* | 'describe '* | 'generate '* | '--'* | '-'[hV]*)
      printf '%s\n' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
      ;;
  esac
}

run_java() {
  local extra=() options=()
  mapfile -t options < <(archive_options; short_options "${@:2}")
  read -r -a extra <<< "${SILOTUNE_JAVA_OPTS:-}"
  if [ -t 2 ]; then export SILOTUNE_TTY=1; fi
  export DJL_OFFLINE=true OPT_OUT_TRACKING=true
  exec "$(java_command)" \
    "-Xmx$(heap_megabytes)m" -Xms32m \
    "${java_options[@]}" \
    ${options[@]+"${options[@]}"} \
    "-Dlog4j2.configurationFile=$here/conf/log4j2.properties" \
    "-Dsilotune.home=$here" \
    ${extra[@]+"${extra[@]}"} \
    -cp "$(runtime_classpath)${SILOTUNE_JARS:+:$SILOTUNE_JARS}" "$@"
}
