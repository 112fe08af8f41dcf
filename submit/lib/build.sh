# Sourced: builds the project when its sources are newer than what was built. Speaks on stderr.

root=$(dirname "$here")
target=$root/spark-jobs/target
classpath=$target/classpath

say() { printf '%s\n' "$*" >&2; }

# The command's own arguments, before any script shifts them.
asked=" $* "

# die MESSAGE [STATUS]: ends as the command itself does, with JSON where that is asked for.
die() {
  say "silotune: $1"
  if [[ $asked == *' --json '* ]]; then
    local text=${1//\\/\\\\}
    printf '{"error":"%s"}\n' "${text//\"/\\\"}"
  fi
  exit "${2:-1}"
}

java_command() {
  if [ -n "${JAVA_HOME:-}" ]; then
    printf '%s/bin/java' "$JAVA_HOME"
  else
    command -v java || true
  fi
}

require_java() {
  local java version
  java=$(java_command)
  [ -n "$java" ] || die "Missing java: install JDK 17 or newer, or set JAVA_HOME" 2
  [ -x "$java" ] || die "Invalid JAVA_HOME $JAVA_HOME: it holds no bin/java; set it to a JDK of 17 or newer, or unset it" 2
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${version:-0}" -ge 17 ] || die "Invalid Java version ${version:-unknown} of $java: must be 17 or newer; set JAVA_HOME" 2
}

# is_current FILE: whether FILE, touched when a build began, is newer than every source.
is_current() {
  [ -f "$1" ] || return 1
  local newer
  newer=$(cd "$root" && find pom.xml .mvn ./*/pom.xml ./*/src/main submit/tasks -newer "$1" -type f -print -quit)
  [ -z "$newer" ]
}

is_built() {
  [ -f "$classpath/libraries" ] && is_current "$classpath/built"
}

# Shows Maven's module headings and a count of downloads; the rest is in the log.
show_build() {
  local line downloads=0 words
  while IFS= read -r line; do
    case $line in
      *"Downloaded from"*)
        downloads=$((downloads + 1))
        if [ $((downloads % 50)) -eq 0 ]; then say "  $downloads files downloaded"; fi
        ;;
      *"Building SiloTune"*"["*"]")
        read -r -a words <<< "${line#*Building }"
        say "  ${words[*]}"
        ;;
    esac
  done
}

# build [options of mvn]
build() {
  local log=$root/target/build.log
  command -v mvn > /dev/null || die "Missing mvn: install Maven 3.8.1 or newer" 2
  mkdir -p "$root/target"
  touch "$root/target/build.began" # sources that change meanwhile are newer
  say "Building SiloTune (the first time takes minutes; log in $log)"
  if ! (cd "$root" && mvn -B package -DskipTests "$@" 2>&1) | tee "$log" | show_build; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || true
    die "Cannot build SiloTune: see $log"
  fi
  archive_classes
  cp -p "$root/target/build.began" "$classpath/built"
  say "Built in ${SECONDS} s"
}

# once CHECK [options of mvn]: builds unless CHECK is true; another build of this checkout goes first.
once() {
  local check=$1
  shift
  "$check" && return
  mkdir -p "$root/target"
  if command -v flock > /dev/null; then
    exec 8> "$root/target/build.lock"
    flock -n 8 || { say "Waiting for another build of this checkout"; flock 8; }
  fi
  "$check" || build "$@"
  exec 8>&-
}

build_if_needed() {
  require_java
  once is_built
}

is_fat_jar_built() {
  is_current "$classpath/fat-jar-built"
}

# Builds the jar for spark-submit where it is missing or older than the sources.
build_fat_jar_if_needed() {
  require_java
  once is_fat_jar_built -P fat-jar
  cp -p "$classpath/built" "$classpath/fat-jar-built"
}

fat_jar() {
  find "$target" -maxdepth 1 -name 'silotune-spark-jobs-*-all.jar'
}
