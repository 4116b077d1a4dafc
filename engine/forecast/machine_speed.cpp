#include "engine/api/forecast.h"
#include "engine/generate/engine_setup.h"
#include "engine/model/ops.h"
#include "engine/synth/random_blocks.h"
#include "kernels/core/device.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <numeric>
#include <optional>

/// Measures the ops that models are computed with, on random weights: of zeros some types' scales are too small for the processor's liking.
namespace conclave::engine
{
namespace
{

using kernels::DType;
using kernels::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kWidth = 2048;
constexpr std::int64_t kHidden = 1024;
constexpr std::int64_t kExperts = 64;
constexpr std::int64_t kChosen = 8;
constexpr std::int64_t kTokens = MachineSpeed::kProbeTokens;
static_assert(kTokens * kChosen / kExperts == MachineSpeed::kProbeTokensOfExpert);
constexpr std::int64_t kContext = 8192; // positions that attention is measured with
constexpr std::int64_t kHeads = 32;
constexpr std::int64_t kKvHeads = 4;
constexpr std::int64_t kHeadDim = 128;
constexpr int kRepeats = 5;
constexpr int kFewRepeats = 3; // of what takes long enough to be sure of

std::optional<DType> typeOf(const std::string &name)
{
    for (int id = 0; id < 64; ++id) {
        const auto type = static_cast<DType>(id);
        if (kernels::blockLayout(type).bytes != 0 && name == kernels::dtypeName(type))
            return type;
    }
    return std::nullopt;
}

class Probe
{
public:
    Probe(kernels::Device &device, std::stop_token stop) : m_device(device), m_queue(device.createQueue()), m_stop(std::move(stop)) {}

    bool ok() const { return m_queue != nullptr && !m_failed; }

    Tensor make(DType type, std::initializer_list<std::int64_t> shape)
    {
        const Tensor sized = Tensor::packed(type, shape, nullptr);
        auto buffer = m_device.allocate(sized.packedBytes());
        m_failed = m_failed || buffer == nullptr;
        if (buffer == nullptr)
            return {};
        m_buffers.push_back(std::move(buffer));
        return Tensor::packed(type, shape, m_buffers.back().get());
    }
    /// The same with random weights.
    Tensor makeWeights(DType type, std::initializer_list<std::int64_t> shape)
    {
        const Tensor out = make(type, shape);
        if (!out.empty() && out.buffer->hostData() != nullptr && RandomBlocks::knows(type))
            fill(type, {out.buffer->hostData(), out.packedBytes()});
        return out;
    }
    void dropBuffers() { m_buffers.clear(); }

    /// Median seconds of one call, after one that warms up. 0: it cannot be computed here.
    double seconds(int repeats, const std::function<kernels::Status(kernels::Queue &)> &work)
    {
        std::vector<double> times;
        for (int i = 0; i <= repeats && !m_stop.stop_requested(); ++i) {
            emptyCaches();
            const auto start = Clock::now();
            if (!work(*m_queue).ok() || !m_queue->finish().ok())
                return 0;
            if (i > 0)
                times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
        }
        if (times.empty())
            return 0;
        std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
        return times[times.size() / 2];
    }

    kernels::Device &device() { return m_device; }

private:
    /// One piece over and over: all of it would take longer than what is measured.
    static void fill(DType type, std::span<std::byte> out)
    {
        constexpr std::size_t kBlocks = 4096;
        const std::size_t piece = std::min(kBlocks * kernels::blockLayout(type).bytes, out.size());
        RandomBlocks(1).fill(type, 0.02F, out.first(piece));
        for (std::size_t at = piece; at < out.size(); at += piece)
            std::memcpy(out.data() + at, out.data(), std::min(piece, out.size() - at));
    }

    /// A model's weights come from memory each time: nothing of the last call may be left in the processor's caches.
    void emptyCaches() { std::memset(m_other.data(), ++m_filling & 0xff, m_other.size()); }

    kernels::Device &m_device;
    std::unique_ptr<kernels::Queue> m_queue;
    std::stop_token m_stop;
    std::vector<std::byte> m_other = std::vector<std::byte>(std::size_t{64} << 20);
    int m_filling = 0;
    std::vector<std::unique_ptr<kernels::Buffer>> m_buffers;
    bool m_failed = false;
};

double rate(double amount, double seconds)
{
    return seconds > 0 ? amount / seconds : 0;
}

/// A matrix larger than caches with one token, and a part of it with many.
void measureDense(Probe &probe, DType type, MachineSpeed::Type &out)
{
    constexpr std::int64_t kRows = 65536;
    constexpr std::int64_t kFewRows = 4096;
    const Tensor weight = probe.makeWeights(type, {kRows, kWidth});
    const Tensor in = probe.makeWeights(DType::kF32, {kTokens, kWidth});
    const Tensor outOne = probe.make(DType::kF32, {1, kRows});
    const Tensor outMany = probe.make(DType::kF32, {kTokens, kFewRows});
    if (!probe.ok())
        return;
    const double one = probe.seconds(kRepeats, [&](kernels::Queue &queue) {
        kernels::MatmulArgs args;
        args.weight = weight;
        args.in = in.slice(0, 1);
        args.out = outOne;
        return queue.matmul(args);
    });
    const double many = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) {
        kernels::MatmulArgs args;
        args.weight = weight.slice(0, kFewRows);
        args.in = in;
        args.out = outMany;
        return queue.matmul(args);
    });
    out.denseBytes = rate(static_cast<double>(weight.packedBytes()), one);
    out.denseOperations = rate(2.0 * kTokens * kFewRows * kWidth, many);
    probe.dropBuffers();
}

/// Experts as a layer has them: other ones for each token, so that no cache holds them.
void measureExperts(Probe &probe, DType type, MachineSpeed::Type &out)
{
    kernels::MoeFeedForwardArgs args;
    args.gate = probe.makeWeights(type, {kExperts, kHidden, kWidth});
    args.up = probe.makeWeights(type, {kExperts, kHidden, kWidth});
    args.down = probe.makeWeights(type, {kExperts, kWidth, kHidden});
    const Tensor in = probe.makeWeights(DType::kF32, {kTokens, kWidth});
    const Tensor sum = probe.make(DType::kF32, {kTokens, kWidth});
    const Tensor experts = probe.make(DType::kI32, {kTokens, kChosen});
    const Tensor weights = probe.make(DType::kF32, {kTokens, kChosen});
    if (!probe.ok())
        return;
    std::vector<std::int32_t> chosen(static_cast<std::size_t>(kTokens * kChosen));
    for (std::size_t i = 0; i < chosen.size(); ++i) // eight different ones a token, and others for the next
        chosen[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(kExperts));
    if (!probe.device().upload(experts, std::as_bytes(std::span<const std::int32_t>(chosen))).ok())
        return;
    const auto run = [&](kernels::Queue &queue, std::int64_t from, std::int64_t count) {
        args.in = in.slice(from, count);
        args.out = sum.slice(from, count);
        args.experts = experts.slice(from, count);
        args.weights = weights.slice(from, count);
        return queue.moeFeedForward(args);
    };
    constexpr std::int64_t kSteps = kExperts / kChosen; // until every expert was used once
    const double one = probe.seconds(kRepeats, [&](kernels::Queue &queue) {
        kernels::Status status = kernels::Status::success();
        for (std::int64_t step = 0; step < kSteps && status.ok(); ++step)
            status = run(queue, step, 1);
        return status;
    });
    const double many = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) { return run(queue, 0, kTokens); });
    out.expertBytes = rate(3.0 * static_cast<double>(args.gate.packedBytes()), one);
    out.expertOperations = rate(2.0 * 3.0 * kTokens * kChosen * kHidden * kWidth, many);
    probe.dropBuffers();
}

void measureAttention(Probe &probe, MachineSpeed &out)
{
    kernels::AttentionArgs args;
    const Tensor queries = probe.makeWeights(DType::kF32, {kTokens, kHeads, kHeadDim});
    const Tensor results = probe.make(DType::kF32, {kTokens, kHeads, kHeadDim});
    args.cache.keys = probe.makeWeights(DType::kF16, {kContext, kKvHeads, kHeadDim});
    args.cache.values = probe.makeWeights(DType::kF16, {kContext, kKvHeads, kHeadDim});
    if (!probe.ok())
        return;
    args.scale = 1.0F / std::sqrt(static_cast<float>(kHeadDim));
    const auto run = [&](std::int64_t first, std::int64_t tokens) {
        args.first = first;
        args.query = queries.slice(0, tokens);
        args.out = results.slice(0, tokens);
        return probe.seconds(kRepeats, [&](kernels::Queue &queue) { return queue.attention(args); });
    };
    const double one = run(kContext - 1, 1);
    out.attentionOperations = rate(4.0 * kHeads * kHeadDim * kContext, one);
    out.attentionBytes = out.readBytes > 0 ? out.readBytes : rate(2.0 * static_cast<double>(args.cache.keys.packedBytes()), one);
    const double seen = kTokens * (kTokens + kTokens / 2.0); // as in the second half of a prompt of 512
    out.promptAttention = rate(4.0 * kHeads * kHeadDim * seen, run(kTokens, kTokens));
    probe.dropBuffers();
}

/// An op whose arithmetic is nothing: what remains is its start and its end on all threads.
void measureOp(Probe &probe, MachineSpeed &out)
{
    constexpr int kCalls = 200;
    kernels::MatmulArgs args;
    args.weight = probe.make(DType::kQ8_0, {32, kWidth});
    args.in = probe.make(DType::kF32, {1, kWidth});
    args.out = probe.make(DType::kF32, {1, 32});
    if (!probe.ok())
        return;
    const double time = probe.seconds(kRepeats, [&](kernels::Queue &queue) {
        kernels::Status status = kernels::Status::success();
        for (int i = 0; i < kCalls && status.ok(); ++i)
            status = queue.matmul(args);
        return status;
    });
    out.opSeconds = time / kCalls;
    probe.dropBuffers();
}

Result<MachineSpeed> measure(const EngineOptions &options, const std::vector<std::string> &types, const std::stop_token &stop)
{
    const auto stopped = [] { return Error{ErrorCode::kCancelled, "Measuring the machine was stopped.", "stop requested"}; };
    const auto device = processorFor(options);
    if (stop.stop_requested())
        return stopped();
    if (!device)
        return Error{ErrorCode::kDeviceFailure, "The processor could not be made ready for computing.", "createCpuDevice"};
    MachineSpeed out;
    out.device = device->info().name;
    out.memoryBytes = device->info().memoryBytes;
    const kernels::DeviceLimits limits = device->measureLimits();
    out.readBytes = limits.readBytes;
    out.copyBytes = limits.copyBytes;
    Probe probe(*device, stop);
    measureAttention(probe, out);
    measureOp(probe, out);
    for (const std::string &name : types) {
        const auto type = typeOf(name);
        if (!type || *type == DType::kI32)
            continue;
        MachineSpeed::Type one;
        one.type = name;
        if (stop.stop_requested())
            break;
        measureDense(probe, *type, one);
        measureExperts(probe, *type, one);
        out.types.push_back(one);
    }
    if (stop.stop_requested())
        return stopped();
    if (!probe.ok())
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to measure this machine. Close other programs.", "probe"};
    return out;
}

} // namespace

std::uint64_t machineMemory()
{
    const auto device = processorFor({});
    return device ? device->info().memoryBytes : 0;
}

std::string machineName(const EngineOptions &options)
{
    const auto device = processorFor(options);
    return device ? device->info().name : std::string();
}

Result<MachineSpeed> measureMachine(const EngineOptions &options, const std::vector<std::string> &types, std::stop_token stop)
{
    try {
        return measure(options, types, stop);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to measure this machine. Close other programs.", "bad_alloc"};
    }
}

} // namespace conclave::engine
