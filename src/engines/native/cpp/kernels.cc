// All kernels of one instruction set. Compiled once for each, with -DVARIANT=name and its -m flags.
// Every header keeps its code in an unnamed namespace inside the variant's, and nothing from the standard library may
// be instantiated here: else the linker could take a function compiled for AVX-512 where the baseline needs it.
#include "kernels.h"

#include "batch-norm.h"
#include "convolution.h"
#include "filter-gradient.h"
#include "gates.h"
#include "head.h"
#include "peak.h"
#include "pooling.h"
#include "product.h"
#include "variant.h"

namespace VARIANT {
extern const Kernels kernels;
const Kernels kernels = {
    TITLE,
    WIDTH,
#define KERNEL(name, Arguments, arguments) name,
#include "kernels.inc"
    multiplyAdds,
};
}  // namespace VARIANT
