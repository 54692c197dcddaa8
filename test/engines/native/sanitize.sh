#!/usr/bin/env bash
# Runs the native kernels under sanitizers, every variant of this machine twice: with AddressSanitizer and
# UndefinedBehaviorSanitizer, and with ThreadSanitizer. Then calls the addon with wrong arguments (hostile-calls.mjs)
# under the first two, 100,000 times; TORTURE=0.1 asks for a tenth. One line per pass; fails on the first finding.
# Needs Linux, dist/ and g++ ($CXX) with its sanitizer libraries. Takes some three minutes on two cores, two of them
# compiling.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../../../src/engines/native/cpp
objects=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$objects"' EXIT
compiler=${CXX:-g++}

# The variants and flags of bin/build-native.js, best first.
declare -A flags=(
  [avx512]="-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma -mprefer-vector-width=512"
  [avx2]="-mavx2 -mfma"
  [baseline]=""
  [neon]=""
)
declare -A needs=([avx512]="avx512f avx512bw avx512dq avx512vl fma" [avx2]="avx2 fma" [baseline]="" [neon]="")
if [[ $(uname -m) == x86_64 ]]; then all="avx512 avx2 baseline"; else all="neon"; fi
variants=()
for variant in $all; do
  lacks=""
  for need in ${needs[$variant]}; do grep -qw "$need" /proc/cpuinfo || lacks+=" $need"; done
  if [[ -n $lacks ]]; then echo "skipped $variant: this machine lacks$lacks"; else variants+=("$variant"); fi
done

common="-std=c++2a -g1 -pthread -fPIC -I$sources"
kernel_flags="-O1 -fno-math-errno -fno-trapping-math -fno-exceptions -fno-rtti -Wno-psabi"
# Checks are calls: inline they take four times as long to compile. Left out are checks of pointers that
# AddressSanitizer makes better.
declare -A sanitizers=(
  [address]="-fsanitize=address,undefined -fno-sanitize=vptr,null,alignment,object-size,pointer-overflow
    -fno-sanitize-recover=all -DEXACT_SCRATCH --param asan-instrumentation-with-call-threshold=0"
  [thread]="-fsanitize=thread"
)
declare -A titles=([address]="address,undefined" [thread]="thread")

# build PASS VARIANT
build() {
  local program=$objects/$1-$2 sanitizer=${sanitizers[$1]}
  $compiler $common $kernel_flags $sanitizer ${flags[$2]} -DVARIANT="$2" -c "$sources/kernels.cc" -o "$program.kernels.o"
  $compiler $common $kernel_flags -ffp-contract=off $sanitizer ${flags[$2]} -DMIXED -DVARIANT="$2" \
    -c "$sources/mixed.cc" -o "$program.mixed.o"
  $compiler $common -O1 $sanitizer -c "$sources/thread-pool.cc" -o "$program.pool.o"
  $compiler $common -O1 $sanitizer -c "$sources/aligned-memory.cc" -o "$program.memory.o"
  # The plain loops need no watching.
  $compiler $common -O2 -DVARIANT="$2" -c "$here/sanitize.cc" -o "$program.driver.o"
  $compiler $common -O2 -DVARIANT="$2" -c "$here/sanitize-mixed.cc" -o "$program.mixed-driver.o"
  $compiler -pthread $sanitizer "$program".{kernels,pool,memory,driver}.o -o "$program"
  $compiler -pthread $sanitizer "$program".{mixed,pool,memory,mixed-driver}.o -o "$program-mixed"
}

# The addon under AddressSanitizer, of what build() left. It is linked from all variants, run or not.
build_addon() {
  local headers
  headers=$(node -p 'require("node-api-headers").include_dir')
  $compiler $common -I"$headers" -O1 ${sanitizers[address]} -DNODE_GYP_MODULE_NAME=native \
    -c "$sources/binding.cc" -o "$objects/binding.o"
  # No sanitizer sees what tiles read; the same code on vectors is watched above.
  local amx=()
  if [[ $(uname -m) == x86_64 ]]; then
    amx=("$objects/amx.o")
    $compiler $common $kernel_flags -ffp-contract=off ${flags[avx512]} -mavx512bf16 ${sanitizers[address]} \
      -DMIXED -DAMX_TILES -DVARIANT=amx -c "$sources/mixed.cc" -o "$objects/amx.o"
  fi
  $compiler -shared -pthread ${sanitizers[address]} "$objects"/address-*.{kernels,mixed}.o "${amx[@]}" \
    "$objects/address-${variants[0]}".{pool,memory}.o "$objects/binding.o" -o "$objects/native.node"
}

passes=()
for variant in "${variants[@]}"; do passes+=("address $variant"); done
for variant in "${variants[@]}"; do passes+=("thread $variant"); done
builds=("${passes[@]}")
for variant in $all; do [[ " ${variants[*]} " == *" $variant "* ]] || builds+=("address $variant"); done
export ASAN_OPTIONS=detect_stack_use_after_return=1 TSAN_OPTIONS=halt_on_error=1 UBSAN_OPTIONS=print_stacktrace=1

# As many compilers at a time as there are cores.
for pass in "${builds[@]}"; do
  while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
  build $pass &
done
while [[ -n $(jobs -p) ]]; do wait -n; done
build_addon

for pass in "${passes[@]}"; do
  read -r kind variant <<<"$pass"
  for precision in "" -mixed; do
    # GCC 12 misaligns vectors of 64 bytes in the frames that the option makes.
    options=$ASAN_OPTIONS${precision:+:detect_stack_use_after_return=0}
    if ! result=$(ASAN_OPTIONS=$options "$objects/$kind-$variant$precision"); then
      echo "${titles[$kind]}, $variant$precision: FAILED. $result"
      exit 1
    fi
    echo "${titles[$kind]}, $variant$precision: clean, $result"
  done
done

calls=$(node -p "Math.max(1, Math.round(100000 * ${TORTURE:-1}))")
# Node.js leaves memory to the end of the process, and a wish for too much is to be answered in words.
if ! result=$(ASAN_OPTIONS=$ASAN_OPTIONS:detect_stack_use_after_return=0:detect_leaks=0:allocator_may_return_null=1 LD_PRELOAD=$($compiler -print-file-name=libasan.so) \
  node "$here/hostile-calls.mjs" "$objects/native.node" "$calls"); then
  echo "${titles[address]}, the addon: FAILED. $result"
  exit 1
fi
echo "${titles[address]}, the addon: clean, $result"
