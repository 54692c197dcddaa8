// All kernels of one instruction set. It is compiled once for each, with -DVARIANT=name and its -m flags.
// Every header has its code in an unnamed namespace inside the variant's. Nothing from the standard library may be
// instantiated here: otherwise the linker could use a function compiled for AVX-512 in the baseline.
#include "kernels.h"

#include "batch-norm.h"
#include "convolution.h"
#include "crops.h"
#include "filter-gradient.h"
#include "gates.h"
#include "grouped.h"
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
