#include "kernels/core/device.h"

#if defined(CONCLAVE_X86_KERNELS) && defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#endif

namespace conclave::kernels
{

#if defined(CONCLAVE_X86_KERNELS) && defined(_MSC_VER)

/// Bits as the processor manual numbers them: leaf 1 ECX, leaf 7 EBX and ECX, and what the system saves of the registers (XCR0).
CpuLevel detectCpuLevel()
{
    int leaf1[4];
    int leaf7[4];
    __cpuid(leaf1, 1);
    __cpuidex(leaf7, 7, 0);
    const auto has = [](int value, int bit) { return (static_cast<unsigned>(value) >> bit & 1U) != 0; };
    if (!has(leaf1[2], 27)) // OSXSAVE
        return CpuLevel::kPortable;
    const unsigned long long saved = _xgetbv(0);
    const bool avx2 = (saved & 6) == 6 && has(leaf1[2], 12) && has(leaf1[2], 29) && has(leaf7[1], 5);
    const bool avx512 = avx2 && (saved & 0xE6) == 0xE6 && has(leaf7[1], 16) && has(leaf7[1], 17) && has(leaf7[1], 30) &&
                        has(leaf7[1], 31) && has(leaf7[2], 11);
    return avx512 ? CpuLevel::kAvx512 : avx2 ? CpuLevel::kAvx2 : CpuLevel::kPortable;
}

#elif defined(CONCLAVE_X86_KERNELS)

CpuLevel detectCpuLevel()
{
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; // all with these have F16C
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                        __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                        __builtin_cpu_supports("avx512vnni") != 0;
    return avx512 ? CpuLevel::kAvx512 : avx2 ? CpuLevel::kAvx2 : CpuLevel::kPortable;
}

#else

CpuLevel detectCpuLevel()
{
    return CpuLevel::kPortable;
}

#endif

const char *cpuLevelName(CpuLevel level)
{
    switch (level) {
    case CpuLevel::kPortable:
        return "portable";
    case CpuLevel::kAvx2:
        return "AVX2";
    case CpuLevel::kAvx512:
        return "AVX-512";
    }
    return "unknown";
}

} // namespace conclave::kernels
