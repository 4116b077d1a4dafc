#include "kernels/core/device.h"

#if defined(CONCLAVE_X86_KERNELS) && defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#elif defined(CONCLAVE_X86_KERNELS)
#include <cpuid.h>
#endif

namespace conclave::kernels
{

namespace
{

/// What there is of the levels above the portable one.
struct Features
{
    bool avx2 = false;
    bool avxVnni = false;
    bool avx512 = false;
};

#if defined(CONCLAVE_X86_KERNELS) && defined(_MSC_VER)

/// Bits as the processor manual numbers them: leaf 1 ECX, leaf 7 EBX and ECX, its subleaf 1 EAX, and what the system saves of the
/// registers (XCR0).
Features detectFeatures()
{
    int leaf1[4];
    int leaf7[4];
    int more7[4] = {};
    __cpuid(leaf1, 1);
    __cpuidex(leaf7, 7, 0);
    if (leaf7[0] >= 1)
        __cpuidex(more7, 7, 1);
    const auto has = [](int value, int bit) { return (static_cast<unsigned>(value) >> bit & 1U) != 0; };
    if (!has(leaf1[2], 27)) // OSXSAVE
        return {};
    const unsigned long long saved = _xgetbv(0);
    const bool avx2 = (saved & 6) == 6 && has(leaf1[2], 12) && has(leaf1[2], 29) && has(leaf7[1], 5);
    const bool avx512 = avx2 && (saved & 0xE6) == 0xE6 && has(leaf7[1], 16) && has(leaf7[1], 17) && has(leaf7[1], 30) &&
                        has(leaf7[1], 31) && has(leaf7[2], 11);
    return {avx2, avx2 && has(more7[0], 4), avx512};
}

#elif defined(CONCLAVE_X86_KERNELS)

/// Leaf 7, subleaf 1, EAX, bit 4; not every compiler has a name for it.
bool hasAvxVnni()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || a < 1)
        return false;
    __cpuid_count(7, 1, a, b, c, d);
    return (a >> 4 & 1U) != 0;
}

Features detectFeatures()
{
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; // all with these have F16C
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                        __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                        __builtin_cpu_supports("avx512vnni") != 0;
    return {avx2, avx2 && hasAvxVnni(), avx512};
}

#else

Features detectFeatures()
{
    return {};
}

#endif

} // namespace

CpuLevel detectCpuLevel(CpuLevel most)
{
    static const Features has = detectFeatures();
    if (has.avx512 && most >= CpuLevel::kAvx512)
        return CpuLevel::kAvx512;
    if (has.avxVnni && most >= CpuLevel::kAvxVnni)
        return CpuLevel::kAvxVnni;
    return has.avx2 && most >= CpuLevel::kAvx2 ? CpuLevel::kAvx2 : CpuLevel::kPortable;
}

const char *cpuLevelName(CpuLevel level)
{
    switch (level) {
    case CpuLevel::kPortable:
        return "portable";
    case CpuLevel::kAvx2:
        return "AVX2";
    case CpuLevel::kAvxVnni:
        return "AVX-VNNI";
    case CpuLevel::kAvx512:
        return "AVX-512";
    }
    return "unknown";
}

} // namespace conclave::kernels
