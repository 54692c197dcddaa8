// All kernels of bf16-mixed precision for one instruction set. It is compiled once for each, with -DMIXED
// -DVARIANT=name and its -m flags. The compiler may not choose fused multiply-adds itself, so that all give the same
// bits.
#include "batch-norm.h"
#include "each-vector.h"
#include "gates.h"
#include "head.h"
#include "kernels.h"
#include "mixed-convolution.h"
#include "mixed-filter-gradient.h"
#include "mixed-product.h"
#include "normaliser.h"
#include "pooling.h"
#include "variant.h"

namespace VARIANT {
namespace {

void narrow(const mixed::Narrow& k) {
  eachVectorParallel(k.count, [&](size_t i, auto width) INLINE_LAMBDA {
    constexpr int W = decltype(width)::value;
    store<W>(k.y + i, load<W>(k.x + i));
  });
}

}  // namespace

extern const MixedKernels mixedKernels;
const MixedKernels mixedKernels = {
    MIXED_TITLE,
#define KERNEL(name, Arguments, arguments) name,
#include "mixed-kernels.inc"
    packedFilterSize};
}  // namespace VARIANT
