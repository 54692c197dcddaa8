#!/usr/bin/env bash
# pack.sh OUT.tar [--data DIR]: packs everything that run.sh needs on a bare machine without network into one archive:
# Node.js, this built project with the packages it runs on, the tensorflow engine of the user's cache where there is one,
# and CIFAR-10's binary files from DIR (or the cache). Needs `npm ci` before; for CUDA `resnet-exp engine install
# tensorflow --cuda`. The other machine has to have the same processor architecture and as new a C library.
set -euo pipefail
out=$(realpath -m "${1:?usage: pack.sh OUT.tar [--data DIR]}")
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${RESNET_EXP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/resnet-exp}
data=$cache/data
[ "${2:-}" != --data ] || data=$(realpath "${3:?--data needs a directory}")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/resnet-exp-gpu
mkdir -p "$pack/project" "$pack/cache/engines" "$pack/data"

cp "$(node -p process.execPath)" "$pack/node"
cd "$root"
[ -f dist/cli/main.js ] || { echo "Expected the project to be built. Run \`npm ci\` first." >&2; exit 2; }
# Only what the program runs on, each package at its own place.
packages=$(npm ls --omit=dev --all --parseable 2>/dev/null | sed 1d | sed "s|^$root/||" | sort -u) || true
# shellcheck disable=SC2086
tar -cf - package.json bin dist experiments test/gpu $([ -d build ] && echo build) $packages \
  | tar -xf - -C "$pack/project"
cp test/gpu/run.sh "$pack/run.sh"
cat >"$pack/resnet-exp" <<EOF
#!/bin/sh
here=\$(dirname "\$0")
exec "\$here/node" "\$here/project/$(node -p 'require("./package.json").bin["resnet-exp"]')" "\$@"
EOF
chmod +x "$pack/resnet-exp"

if [ -f "$cache/engines/tensorflow.json" ]; then
  cp -r "$cache/engines/." "$pack/cache/engines/"
  # The wheels' headers and downloads are not needed any more.
  rm -rf "$pack"/cache/engines/*/tensorflow/include "$pack"/cache/engines/*/wheels
else
  echo "without the tensorflow engine: none is installed in $cache" >&2
fi

files=$(find -L "$data" -maxdepth 3 -name data_batch_1.bin -print -quit 2>/dev/null || true)
if [ -n "$files" ]; then
  cp -rL "$(dirname "$files")" "$pack/data/cifar-10-batches-bin"
else
  echo "without CIFAR-10: no data_batch_1.bin under $data; run.sh then trains on the synthetic images" >&2
fi

tar -cf "$out" -C "$work" resnet-exp-gpu
du -h "$out"
