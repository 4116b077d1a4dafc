#pragma once

#include "kernels/core/device.h"
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/cuda_graphs.h"
#include "kernels/cuda/fusion.h"
#include "kernels/plugin/addressed_queue.h"

#include <cuda_runtime_api.h>

#include <atomic>
#include <map>
#include <utility>
#include <vector>

/// The CUDA device: memory on the card; queues are streams. Which ops exist: kernels/plugin/addressed_queue.h. Buffers have no host
/// address; importReadOnly copies.
namespace conclave::kernels
{

class CudaDevice;

class CudaBuffer final : public Buffer
{
public:
    CudaBuffer(const CudaDevice &device, void *memory, std::size_t bytes, bool readOnly)
        : m_device(device), m_memory(memory), m_bytes(bytes), m_readOnly(readOnly)
    {
    }
    ~CudaBuffer() override;
    CudaBuffer(const CudaBuffer &) = delete;
    CudaBuffer &operator=(const CudaBuffer &) = delete;

    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }
    bool readOnly() const override { return m_readOnly; }
    const CudaDevice &device() const { return m_device; }
    std::byte *memory() const { return static_cast<std::byte *>(m_memory); }

private:
    const CudaDevice &m_device;
    void *m_memory;
    std::size_t m_bytes;
    bool m_readOnly;
};

class CudaDevice final : public Device
{
public:
    /// `mostBytes`: see PluginOptions.
    CudaDevice(int ordinal, DeviceInfo info, std::uint64_t mostBytes = 0);

    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<Queue> createQueue() override;
    Status upload(const Tensor &to, std::span<const std::byte> from) override;
    Status download(std::span<std::byte> to, const Tensor &from) override;

    /// Makes this card the calling thread's; every function of ours that calls the runtime begins so.
    bool makeCurrent() const { return cudaSetDevice(m_ordinal) == cudaSuccess; }
    std::uint32_t multiprocessors() const { return m_multiprocessors; }
    /// `buffer` as ours, or nullptr when it belongs to another device.
    const CudaBuffer *own(const Buffer *buffer) const;
    /// Of a buffer that is gone.
    void release(std::size_t bytes) const { m_bytes -= bytes; }

private:
    std::unique_ptr<CudaBuffer> allocateBuffer(std::size_t bytes, bool readOnly) const;

    int m_ordinal;
    DeviceInfo m_info;
    std::uint64_t m_mostBytes;                      ///< 0: no limit
    mutable std::atomic<std::uint64_t> m_bytes = 0; ///< of all buffers
    std::uint32_t m_multiprocessors = 1;
};

/// Device memory that grows: kernels listed before keep what they were given until freeOld().
class CudaScratch
{
public:
    /// `bytes` at a multiple of 256; what was given before may be overwritten by kernels queued from now on.
    cudaError_t take(std::size_t bytes, cudaStream_t stream, DeviceAddress &address);
    /// Everything that was given outgrown memory is on the stream.
    void freeOld(cudaStream_t stream);
    void release(cudaStream_t stream);
    std::size_t bytes() const { return m_bytes; }

private:
    void *m_memory = nullptr;
    std::size_t m_bytes = 0;
    std::vector<void *> m_old;
};

/// Where `tokens` tokens in 8 bits lie in `work`.
cudaError_t placeQuantised(CudaScratch &work, std::uint32_t tokens, std::uint32_t width, QuantisedTokens &to, cudaStream_t stream);

/// What CONCLAVE_CUDA_MODE holds, for finding out what is slow or wrong: words of "eager" (no graphs), "plain" (nor fused kernels),
/// "serial" (no kernel starts early), "trace" (times each kernel; to stderr when the queue ends).
struct CudaMode
{
    bool graphs = true, fused = true, overlap = true, trace = false;

    static CudaMode ofEnvironment();
};

/// Seconds by kernel, for CudaMode::trace.
class CudaTrace
{
public:
    cudaError_t start(const std::vector<KernelStart> &kernels, cudaStream_t stream);
    /// The stream is idle.
    void collect();
    void print() const;

private:
    struct Total
    {
        double milliseconds = 0;
        std::uint64_t count = 0;
    };

    std::vector<std::pair<const void *, cudaEvent_t>> m_events; ///< each after its kernel; nullptr: the begin of a list
    std::map<const void *, Total> m_totals;
};

/// Ops are gathered, and go onto a stream of their own in lists of kernels: some ops become one kernel together (cuda_plan.cpp), and lists
/// that come again are graphs (cuda_graphs.h). finish() waits for it all.
class CudaQueue final : public AddressedQueue
{
public:
    /// nullptr when the driver refuses.
    static std::unique_ptr<CudaQueue> create(const CudaDevice &device);
    ~CudaQueue() override;
    CudaQueue(const CudaQueue &) = delete;
    CudaQueue &operator=(const CudaQueue &) = delete;

    Status submit() override;
    Status finish() override;

protected:
    bool has(KernelId kernel) const override { return kernel < KernelId::kLayerNorm; }
    bool reads(DType type) const override;
    DeviceAddress addressOf(const Buffer &buffer) const override;
    Status stage(std::span<const std::byte> values, DeviceAddress &address) override;
    Status launch(const Launch &launch) override;
    Status scratch(std::size_t bytes, DeviceAddress &address) override;

private:
    /// Values of the host, gathered in pinned memory and copied to the card ahead of the kernels that read them.
    struct Staging
    {
        std::byte *host;
        std::byte *card;
        std::size_t bytes;
    };

    /// Tokens that m_work holds in the form that a product takes: q, k and v read the same ones. In force while only products follow.
    struct Converted
    {
        DeviceAddress in = 0; ///< 0: none
        std::uint64_t stride = 0;
        std::uint32_t tokens = 0, width = 0;
        bool halves = false;

        bool operator==(const Converted &) const = default;
    };

    CudaQueue(const CudaDevice &device, const CudaMode &mode) : m_device(device), m_mode(mode), m_graphs(mode.graphs, mode.overlap) {}
    bool addStaging(std::size_t bytes);
    cudaError_t upload();
    /// Everything gathered goes onto the stream.
    cudaError_t flush();
    static bool overwrites(const MatmulCall &call, const Converted &tokens);
    // cuda_launch.cpp: which kernels an op becomes
    cudaError_t start(const GatheredLaunch &launch);
    cudaError_t matmul(const MatmulCall &call, DType type);
    cudaError_t decode(const MatmulCall &call, DType type);
    cudaError_t prefill(const MatmulCall &call, DType type);
    cudaError_t placeSplits(const AttentionCall &call, std::uint32_t blocks, AttentionSplits &splits);
    cudaError_t attention(const AttentionCall &call, DType type);
    cudaError_t expertsHidden(const ExpertsHiddenCall &call, DType type);
    cudaError_t expertsOut(const ExpertsOutCall &call, DType type);
    // cuda_plan.cpp: which ops become one kernel
    cudaError_t plan();
    cudaError_t startFused(std::span<const GatheredLaunch> launches, std::size_t &taken);

    const CudaDevice &m_device;
    CudaMode m_mode;
    cudaStream_t m_stream = nullptr;
    std::vector<Staging> m_staging; ///< the last one is being filled
    std::size_t m_filled = 0;       ///< bytes used of it
    std::size_t m_uploaded = 0;     ///< bytes of it that are on the stream
    std::vector<GatheredLaunch> m_gathered;
    std::size_t m_listLength = 0; ///< launches that are gathered before they start
    KernelList m_kernels;
    CudaGraphs m_graphs;
    CudaTrace m_trace;
    CudaScratch m_shared;         ///< between the launches of an op
    CudaScratch m_work;           ///< between the kernels of a launch
    DeviceAddress m_counters = 0; ///< kMostCounters zeros, which each kernel leaves as zeros
    Converted m_converted;
};

} // namespace conclave::kernels
