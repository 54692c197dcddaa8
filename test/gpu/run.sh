#!/usr/bin/env bash
# run.sh SECONDS [ENGINE]: in an unpacked pack (see pack.sh), on a machine with an NVIDIA GPU and no network: doctor; bench
# of ResNet-20, 56 and 110 at batch 128, beside PyTorch where python3 has it; then the paper's recipe for plain-20 and
# ResNet-20 for SECONDS, to a checkpoint. Leaves out/ and out.tar.gz; called again it goes on from the checkpoints.
# ENGINE is auto without it. MODELS, STEPS and BATCH (of bench), RUN (more arguments of `run`) and PYTHON may be set.
set -uo pipefail
seconds=${1:?usage: run.sh SECONDS [ENGINE]}
engine=${2:-auto}
here=$(cd "$(dirname "$0")" && pwd)
out=$here/out
mkdir -p "$out"
cd "$here"
export RESNET_EXP_CACHE=$here/cache
failed=0

resnet() { "$here/resnet-exp" "$@"; }
# step TITLE COMMAND…: a step that fails is counted, and the next one still runs.
step() {
  local title=$1 start=$SECONDS
  shift
  echo "== $title"
  "$@"
  local code=$?
  [ "$code" = 0 ] || failed=$((failed + 1))
  echo "== $title: exit code $code, $((SECONDS - start)) s" | tee -a "$out/steps.txt"
}

{
  date -u +%FT%TZ
  uname -srm
  nproc
  nvidia-smi || echo "no nvidia-smi"
} >"$out/machine.txt" 2>&1

check() { resnet doctor >"$out/doctor.txt"; }
[ "$engine" = auto ] || check() { resnet doctor --engine "$engine" >"$out/doctor.txt"; }
step doctor check
cat "$out/doctor.txt"

bench() { resnet bench "cifar-$1" --engine "$engine" --batch "${BATCH:-128}" --steps "${STEPS:-20}" --json >>"$out/bench.jsonl"; }
for depth in ${MODELS:-20 56 110}; do step "bench of ResNet-$depth" bench "$depth"; done
if "${PYTHON:-python3}" -c "import torch" 2>/dev/null; then
  models=$(echo "${MODELS:-20 56 110}" | tr ' ' ,)
  beside() {
    "${PYTHON:-python3}" project/test/gpu/pytorch_bench.py --models "$models" --batch "${BATCH:-128}" --steps "${STEPS:-20}" >>"$out/bench.jsonl"
  }
  step "the same in PyTorch" beside
else
  echo "== PyTorch is not here: bench stands alone" | tee -a "$out/steps.txt"
fi
cat "$out/bench.jsonl"

data=(--data "$here/data")
[ -d data/cifar-10-batches-bin ] || data=(--set dataset.name=synthetic)
train() {
  # shellcheck disable=SC2086
  timeout --preserve-status --signal TERM "$seconds" "$here/resnet-exp" run \
    project/test/gpu/cifar-20.yaml --engine "$engine" --jobs 2 --results "$out/results" "${data[@]}" ${RUN:-}
  local code=$?
  # Its time is over: it has written its checkpoints.
  [ "$code" = 143 ] && return 0
  return "$code"
}
step "the paper's recipe for $seconds s" train
resnet report --results "$out/results" >"$out/report.txt"
resnet ls --results "$out/results" | tee "$out/runs.txt"
tar -czf out.tar.gz out
echo "$failed steps failed; $here/out.tar.gz"
exit $((failed > 0))
