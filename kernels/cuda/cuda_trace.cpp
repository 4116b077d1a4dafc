#include "kernels/cuda/cuda_device.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace conclave::kernels
{

CudaMode CudaMode::ofEnvironment()
{
    const char *words = std::getenv("CONCLAVE_CUDA_MODE");
    const auto has = [words](const char *word) { return words != nullptr && std::strstr(words, word) != nullptr; };
    CudaMode mode;
    mode.trace = has("trace");
    mode.fused = !has("plain");
    mode.graphs = mode.fused && !has("eager") && !mode.trace;
    mode.overlap = mode.fused && !has("serial");
    return mode;
}

cudaError_t CudaTrace::start(const std::vector<KernelStart> &kernels, cudaStream_t stream)
{
    const auto mark = [&](const void *function) {
        cudaEvent_t event = nullptr;
        if (const cudaError_t error = cudaEventCreate(&event); error != cudaSuccess)
            return error;
        m_events.emplace_back(function, event);
        return cudaEventRecord(event, stream);
    };
    // The card waits until the host has queued all: otherwise what is measured is the host.
    KernelList idle;
    (void)launchWaste(100 + static_cast<std::uint32_t>(kernels.size()) * 8, idle);
    cudaError_t error = startOn(idle.last(), stream, false);
    if (error == cudaSuccess)
        error = mark(nullptr);
    for (std::size_t i = 0; i < kernels.size() && error == cudaSuccess; ++i) {
        error = startOn(kernels[i], stream, false);
        if (error == cudaSuccess)
            error = mark(kernels[i].function);
    }
    return error;
}

void CudaTrace::collect()
{
    for (std::size_t i = 0; i < m_events.size(); ++i) {
        float milliseconds = 0;
        if (m_events[i].first == nullptr || i == 0)
            continue;
        if (cudaEventElapsedTime(&milliseconds, m_events[i - 1].second, m_events[i].second) == cudaSuccess) {
            Total &total = m_totals[m_events[i].first];
            total.milliseconds += static_cast<double>(milliseconds);
            ++total.count;
        }
    }
    for (const auto &[function, event] : m_events)
        (void)cudaEventDestroy(event);
    m_events.clear();
}

void CudaTrace::print() const
{
    std::vector<std::pair<const void *, Total>> all(m_totals.begin(), m_totals.end());
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.second.milliseconds > b.second.milliseconds; });
    std::fprintf(stderr, "kernels by time, each between two events:\n");
    for (const auto &[function, total] : all) {
        const char *name = nullptr;
        if (cudaFuncGetName(&name, function) != cudaSuccess || name == nullptr)
            name = "?";
        std::fprintf(stderr, "  %9.3f ms %7llu times %8.2f us  %.90s\n", total.milliseconds, static_cast<unsigned long long>(total.count),
                     total.milliseconds * 1e3 / static_cast<double>(total.count), name);
    }
}

} // namespace conclave::kernels
