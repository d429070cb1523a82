#!/usr/bin/env bash
# Builds the library and the wheel from nothing, installs the wheel into a fresh environment, and runs its tests and the tutorial there.
# usage: check.sh [BUILDS]    BUILDS: a folder that ../c/build.sh has filled already
# PYTHON names the interpreter. Exit code 77: a package is missing, and the line says which.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
missing() { echo "python: not checked, for this is missing: $1"; exit 77; }

python=
for candidate in ${PYTHON:-python3 /usr/bin/python3}; do
    command -v "$candidate" > /dev/null || continue
    python=$candidate
    lacks=$("$candidate" - << 'END'
import importlib.util, sys
needed = {"numpy": "python3-numpy", "pytest": "python3-pytest", "build": "python3-build", "wheel": "python3-wheel",
          "setuptools": "python3-setuptools", "ensurepip": "python3-venv"}
old = [] if sys.version_info >= (3, 11) else ["Python 3.11"]
print(", ".join(old + [package for module, package in needed.items() if importlib.util.find_spec(module) is None]))
END
    )
    [ -n "$lacks" ] || break
done
[ -n "$python" ] || missing python3
[ -z "$lacks" ] || missing "$lacks"
command -v dotnet > /dev/null || missing "the .NET SDK"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    builds=$(cd "$1" && pwd)
else
    command -v clang > /dev/null || missing clang
    echo '#include <zlib.h>' | clang -E -x c - > /dev/null 2>&1 || missing zlib1g-dev
    builds=$work/library
    "$here/../c/build.sh" "$builds" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
fi
program=$repository/Conformance/Cli/bin/Release/net10.0/mxact.dll
if [ ! -f "${MXACT_COMMAND:-$program}" ]; then
    dotnet build "$repository/Conformance/Cli" -c Release --nologo -v quiet > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
fi
export MXACT_COMMAND=${MXACT_COMMAND:-$program}

# What is built is built beside a copy: the working tree stays as it is.
mkdir "$work/source"
(cd "$here" && tar -cf - --exclude=build --exclude=dist --exclude='*.egg-info' --exclude=__pycache__ .) | tar -xf - -C "$work/source"
"$python" -m venv --system-site-packages "$work/venv"
inside=$work/venv/bin/python
export MXACT_BUILDS=$builds MXACT_GOLDEN=$repository/Vectors/golden/v1
(cd "$work/source" && "$inside" -m build --wheel --no-isolation -o "$work/wheel" .) > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$inside" -m pip install --quiet --no-index --no-deps "$work"/wheel/*.whl

# Types, where python3-mypy is there.
if "$inside" -c "import mypy" 2> /dev/null; then
    (cd "$work/source" && "$inside" -m mypy --cache-dir "$work/mypy" mxact pytest_mxact.py) > "$work/log" 2>&1 \
        || { cat "$work/log"; exit 1; }
fi

# The tests stand where no source of the package can be imported from.
mkdir "$work/run"
cp -r "$here/tests" "$here/README.md" "$work/run/"
truth=${MXACT_GROUND_TRUTH:-$repository/../shared/data}
(cd "$work/run" && env -u MXACT_LIBRARY -u MXACT_VECTORS -u PYTHONPATH MXACT_GROUND_TRUTH="$truth" MXACT_REPOSITORY="$repository" \
    "$inside" -m pytest -q -rs -p no:cacheprovider tests) > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
grep SKIPPED "$work/log" || true
counts=$(tail -n 1 "$work/log" | sed -E 's/^[= ]+|[= ]+$//g')
echo "python: $(cd "$work/wheel" && ls) is built, installed and tested: $counts, $(cd "$work/run" && "$inside" -m mxact | sed -n 1p)"
