#pragma once

#include <cuda_runtime_api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

/// Kernels that are yet to be started: what a launch passes to the driver, and what a node of a graph holds.
namespace conclave::kernels
{

/// A kernel, its grid and its parameters.
struct KernelStart
{
    static constexpr std::size_t kMostParameters = 6, kMostBytes = 512;

    const void *function = nullptr;
    dim3 grid;
    std::uint32_t threads = 0, sharedBytes = 0;
    /// Calls waitForPrevious() (device_code.cuh) before it touches what other kernels write or read: may start while the one before runs.
    bool overlaps = false;
    std::uint32_t count = 0, used = 0;
    std::array<std::uint32_t, kMostParameters> places{};
    alignas(16) std::array<std::byte, kMostBytes> values{};

    /// What the driver wants: an address for each parameter.
    std::array<void *, kMostParameters> parameters() const
    {
        std::array<void *, kMostParameters> addresses{};
        for (std::uint32_t i = 0; i < count; ++i)
            addresses[i] = const_cast<std::byte *>(values.data() + places[i]);
        return addresses;
    }
};

/// In the order in which they run.
class KernelList
{
public:
    /// `kernel<<<grid, threads, sharedBytes>>>(parameters...)`, later.
    template <class... Parameters, class... Values>
    cudaError_t add(void (*kernel)(Parameters...), dim3 grid, std::uint32_t threads, const Values &...values)
    {
        static_assert(sizeof...(Parameters) == sizeof...(Values) && sizeof...(Values) <= KernelStart::kMostParameters);
        m_starts.emplace_back();
        KernelStart &start = m_starts.back();
        start.function = reinterpret_cast<const void *>(kernel);
        start.grid = grid;
        start.threads = threads;
        (append<Parameters>(start, values), ...);
        return cudaSuccess;
    }

    /// Of the kernel added last.
    KernelStart &last() { return m_starts.back(); }
    const std::vector<KernelStart> &all() const { return m_starts; }
    void clear() { m_starts.clear(); }

private:
    template <class Parameter>
    static void append(KernelStart &start, const Parameter &value)
    {
        static_assert(sizeof(Parameter) <= KernelStart::kMostBytes && alignof(Parameter) <= 16);
        const std::uint32_t place = (start.used + 15) / 16 * 16;
        start.places[start.count++] = place;
        std::memcpy(start.values.data() + place, &value, sizeof value);
        start.used = place + static_cast<std::uint32_t>(sizeof value);
    }

    std::vector<KernelStart> m_starts;
};

/// Puts one kernel onto a stream; with `overlap`, where it may start early.
inline cudaError_t startOn(const KernelStart &start, cudaStream_t stream, bool overlap)
{
    cudaLaunchConfig_t config{};
    config.gridDim = start.grid;
    config.blockDim = dim3(start.threads);
    config.dynamicSmemBytes = start.sharedBytes;
    config.stream = stream;
    cudaLaunchAttribute early{};
    early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    early.val.programmaticStreamSerializationAllowed = 1;
    if (overlap && start.overlaps) {
        config.attrs = &early;
        config.numAttrs = 1;
    }
    auto parameters = start.parameters();
    return cudaLaunchKernelExC(&config, start.function, parameters.data());
}

} // namespace conclave::kernels
