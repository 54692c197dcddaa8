#!/usr/bin/env bash
# Runs the native kernels for arm64 (NEON) on an emulated processor, against plain loops and with one to three threads: the
# checks of sanitize.sh without its sanitizers. Needs aarch64-linux-gnu-g++ and qemu-aarch64. Takes a minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../../../src/engines/native/cpp
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

compile() { aarch64-linux-gnu-g++ -std=c++2a -pthread -I"$sources" -O2 "$@"; }
kernels() { compile -fno-math-errno -fno-trapping-math -fno-exceptions -fno-rtti -Wno-psabi -DVARIANT=neon "$@"; }

kernels -c "$sources/kernels.cc" -o "$objects/kernels.o"
kernels -ffp-contract=off -DMIXED -c "$sources/mixed.cc" -o "$objects/mixed.o"
for name in thread-pool aligned-memory; do compile -c "$sources/$name.cc" -o "$objects/$name.o"; done
for driver in sanitize sanitize-mixed; do compile -DVARIANT=neon -c "$here/$driver.cc" -o "$objects/$driver.o"; done
common=("$objects/thread-pool.o" "$objects/aligned-memory.o")
compile -static "$objects/kernels.o" "${common[@]}" "$objects/sanitize.o" -o "$objects/float32"
compile -static "$objects/mixed.o" "${common[@]}" "$objects/sanitize-mixed.o" -o "$objects/bf16-mixed"
for precision in float32 bf16-mixed; do
  result=$(qemu-aarch64 "$objects/$precision") || { echo "neon, $precision: FAILED. $result"; exit 1; }
  echo "neon, $precision: right, $result"
done
