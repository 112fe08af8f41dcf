#!/usr/bin/env bash
# Makes the bundled tiny model anew: its tokenizer, then its weights, from a text of Shakespeare's works.
#
#   make_tiny_model.sh TEXT.txt [FOLDER]
#
# TEXT.txt is the "tiny shakespeare" file of 1,115,394 bytes; its sha256 is checked. FOLDER is the Hugging Face folder to
# write, by default the one in the sources. Needs python3 with the tokenizers package (SILOTUNE_PYTHON names another one).
# Takes about 7 minutes of one core; the seed and all settings are in TinyModelMain.
set -euo pipefail

here=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
source "$here/lib/build.sh"
source "$here/lib/java.sh"

[ $# -ge 1 ] && [ $# -le 2 ] || die "Invalid arguments: make_tiny_model.sh TEXT.txt [FOLDER]" 2
text=$1
folder=${2:-$root/llm/src/main/resources/org/silotune/llm/hub/tiny}
tokenizer=$(mktemp -d)
trap 'rm -rf "$tokenizer"' EXIT

build_if_needed
say "Making the tokenizer"
"${SILOTUNE_PYTHON:-python3}" "$here/tiny/make_tokenizer.py" "$text" "$tokenizer"
say "Training the model"
(run_java org.silotune.llm.pretrain.TinyModelMain "$tokenizer" "$text" "$folder")
