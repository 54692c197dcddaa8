// All kernels of one instruction set. Compiled once for each, with -DVARIANT=name and its -m flags.
// Nothing from the standard library may be instantiated here: the linker would keep one copy for all variants.
#include "kernels.h"

#if defined(__AVX512F__)
#define WIDTH 16
#define TITLE "AVX-512"
#elif defined(__AVX2__)
#define WIDTH 8
#define TITLE "AVX2"
#elif defined(__aarch64__)
#define WIDTH 4
#define TITLE "NEON"
#else
#define WIDTH 4
#define TITLE "x86-64 baseline"
#endif
#if defined(__AVX512F__) || defined(__aarch64__)
#define REGISTERS 32
#else
#define REGISTERS 16
#endif
#if defined(__FMA__) || defined(__aarch64__)
#define FUSED_MULTIPLY_ADD 1
#else
#define FUSED_MULTIPLY_ADD 0
#endif

namespace VARIANT {
namespace {
#include "vector.h"
// The order matters: each builds on those before.
#include "tile.h"
#include "gradient-tile.h"
#include "winograd.h"
#include "convolution.h"
#include "filter-gradient.h"
#include "batch-norm.h"
#include "pooling.h"
#include "head.h"
#include "gates.h"
#include "peak.h"
}  // namespace

extern const Kernels kernels;
const Kernels kernels = {
    TITLE,       WIDTH,           convolution,          convolutionInputGradient, convolutionFilterGradient,
    product,     productOfTransposed, batchNorm,        batchNormInference,       batchNormGradient,
    maxPool,     maxPoolGradient, averagePool,          averagePoolGradient,      identityShortcut,
    identityShortcutGradient, softmaxCrossEntropy,      softmaxCrossEntropyGradient, momentumUpdate, add,
    gate,        gateGradient,    gated,                gatedGradient,            scale,
    relu,        reluGradient,    multiplyAdds,
};
}  // namespace VARIANT
