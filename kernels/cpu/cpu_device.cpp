#include "kernels/core/host_memory.h"
#include "kernels/cpu/cpu_queue.h"
#include "kernels/cpu/limits.h"

#include <algorithm>
#include <string>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace conclave::kernels
{

namespace
{

const KernelTable &kernelsOf(CpuLevel level)
{
#if defined(CONCLAVE_X86_KERNELS)
    if (level == CpuLevel::kAvx512)
        return avx512Kernels();
    if (level == CpuLevel::kAvxVnni)
        return avxVnniKernels();
    if (level == CpuLevel::kAvx2)
        return avx2Kernels();
#endif
    (void)level;
    return portableKernels();
}

std::size_t systemMemory()
{
#if (defined(__unix__) || defined(__APPLE__)) && defined(_SC_PHYS_PAGES)
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long pageBytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && pageBytes > 0)
        return static_cast<std::size_t>(pages) * static_cast<std::size_t>(pageBytes);
#endif
    return 0;
}

class CpuDevice final : public Device
{
public:
    CpuDevice(int threads, CpuLevel level) : m_pool(threads), m_kernels(kernelsOf(level))
    {
        m_info.kind = DeviceKind::kCpu;
        m_info.name = std::string("CPU (") + cpuLevelName(level) + ", " + std::to_string(m_pool.threads()) +
                      (m_pool.threads() == 1 ? " thread)" : " threads)");
        m_info.memoryBytes = systemMemory();
    }
    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override { return allocateHostBuffer(bytes); }
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override { return borrowHostBuffer(memory); }
    DeviceLimits measureLimits() override { return measureCpuLimits(m_pool, m_kernels); }
    std::unique_ptr<Queue> createQueue() override { return std::make_unique<CpuQueue>(m_pool, m_kernels); }
    Status upload(const Tensor &to, std::span<const std::byte> from) override { return uploadToHost(to, from); }
    Status download(std::span<std::byte> to, const Tensor &from) override { return downloadFromHost(to, from); }

private:
    ThreadPool m_pool;
    const KernelTable &m_kernels;
    DeviceInfo m_info;
};

} // namespace

std::unique_ptr<Device> createCpuDevice(const CpuOptions &options)
{
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int threads = options.threads > 0 ? options.threads : cores;
    const CpuLevel level = detectCpuLevel(options.level); // never code that the processor lacks
    return std::make_unique<CpuDevice>(threads, level);
}

} // namespace conclave::kernels
