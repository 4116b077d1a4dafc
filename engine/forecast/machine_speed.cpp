#include "engine/api/forecast.h"
#include "engine/base/available_memory.h"
#include "engine/forecast/mapped_memory.h"
#include "engine/forecast/probe.h"
#include "engine/generate/engine_setup.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <span>
#include <vector>

/// Measures the ops that models are computed with.
namespace conclave::engine
{
namespace
{

using kernels::DType;
using kernels::Tensor;

constexpr std::int64_t kWidth = 2048;
constexpr std::int64_t kHidden = 1024;
constexpr std::int64_t kExperts = 24;
constexpr std::int64_t kChosen = 8;
constexpr std::int64_t kTokens = MachineSpeed::kProbeTokens;
constexpr std::int64_t kExpertTokens = kExperts * MachineSpeed::kProbeTokensOfExpert / kChosen;
constexpr std::int64_t kFewTokens = kExperts * MachineSpeed::kFewTokensOfExpert / kChosen;
static_assert(kExpertTokens <= kTokens);
/// Bytes of weights that take turns: more than large caches keep, as a token of a large model reads.
constexpr std::size_t kSpan = 400'000'000;
constexpr std::int64_t kPageTokens = 64;
constexpr std::int64_t kContext = 4096; // positions that attention is measured with,
constexpr std::int64_t kContexts = 8;   // in several contexts that take turns: a token finds its own in memory, not in caches
constexpr std::int64_t kHeads = 32;
constexpr std::int64_t kKvHeads = 4;
constexpr std::int64_t kHeadDim = 128;
constexpr int kRepeats = 5;
constexpr int kFewRepeats = 3;        // of what takes long enough to be sure of
constexpr std::int64_t kRouted = 128; // experts that a router chooses kChosen of
constexpr std::int64_t kStreams = 4;

std::optional<DType> typeOf(const std::string &name)
{
    for (int id = 0; id < 64; ++id) {
        const auto type = static_cast<DType>(id);
        if (kernels::blockLayout(type).bytes != 0 && name == kernels::dtypeName(type))
            return type;
    }
    return std::nullopt;
}

double rate(double amount, double seconds)
{
    return seconds > 0 ? amount / seconds : 0;
}

/// Weights of one type, more than caches hold: as one matrix, as parts of it that take turns, and as the experts of a layer.
class WeightProbe
{
public:
    WeightProbe(Probe &probe, DType type)
        : m_type(type), m_in(probe.makeRandom(DType::kF32, {kTokens, kWidth})),
          m_outOne(probe.make(DType::kF32, {1, copiesOf(type) * rowsOf(type)})),
          m_outMany(probe.make(DType::kF32, {kTokens, holdsExperts(type) ? kManyRows : kRouted})),
          m_sum(probe.make(DType::kF32, {kTokens, kWidth}))
    {
        if (holdsExperts(type) && probe.ok())
            chooseExperts(probe);
    }

    static std::size_t weightBytes(DType type)
    {
        return Tensor::packed(type, {copiesOf(type) * rowsOf(type), kWidth}, nullptr).packedBytes();
    }

    void measure(Probe &probe, MachineSpeed::Type &out)
    {
        m_weights = probe.weights(m_type, {copiesOf(m_type) * rowsOf(m_type), kWidth});
        if (!probe.ok())
            return;
        measureMatrix(probe, out);
        if (m_ready)
            measureExperts(probe, out);
        else { // floats, of which files have routers, but no experts
            out.expertBytes = out.denseBytes;
            out.expertOperations = out.fewExpertOperations = out.denseOperations;
        }
    }

private:
    static constexpr std::int64_t kFloatRows = 8192;
    static constexpr std::int64_t kManyRows = 4096;

    static bool holdsExperts(DType type) { return kernels::isQuantised(type) || type == DType::kF16; }
    static std::int64_t rowsOf(DType type) { return holdsExperts(type) ? 3 * kExperts * kHidden : kFloatRows; }

    /// Layers of experts that lie one behind the other.
    static std::int64_t copiesOf(DType type)
    {
        const std::size_t bytes = Tensor::packed(type, {rowsOf(type), kWidth}, nullptr).packedBytes();
        return std::max<std::int64_t>(1, static_cast<std::int64_t>((kSpan + bytes / 2) / bytes));
    }

    void useExpertsOf(std::int64_t copy)
    {
        const Tensor layer = m_weights.slice(copy * rowsOf(m_type), rowsOf(m_type));
        const auto third = [&](std::size_t index, std::int64_t rows, std::int64_t columns) {
            return Tensor::packed(m_type, {kExperts, rows, columns}, layer.buffer, layer.offset + index * (layer.packedBytes() / 3));
        };
        m_args.gate = third(0, kHidden, kWidth);
        m_args.up = third(1, kHidden, kWidth);
        m_args.down = third(2, kWidth, kHidden);
    }

    /// Other ones for each token, so that no cache holds them.
    void chooseExperts(Probe &probe)
    {
        m_chosen = probe.make(DType::kI32, {kExpertTokens, kChosen});
        m_shares = probe.make(DType::kF32, {kExpertTokens, kChosen});
        std::vector<std::int32_t> chosen(static_cast<std::size_t>(kExpertTokens * kChosen));
        for (std::size_t i = 0; i < chosen.size(); ++i)
            chosen[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(kExperts));
        m_ready = probe.ok() && probe.device().upload(m_chosen, std::as_bytes(std::span<const std::int32_t>(chosen))).ok();
    }

    void measureMatrix(Probe &probe, MachineSpeed::Type &out)
    {
        kernels::MatmulArgs args;
        args.weight = m_weights;
        args.in = m_in.slice(0, 1);
        args.out = m_outOne;
        const double one = probe.seconds(kRepeats, [&](kernels::Queue &queue) { return queue.matmul(args); });
        out.denseBytes = rate(static_cast<double>(m_weights.packedBytes()), one);
        const std::int64_t rows = m_outMany.shape[1];
        args.in = m_in;
        args.out = m_outMany;
        const double many = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) {
            args.weight = m_weights.slice(m_at, rows);
            m_at = (m_at + rows) % (m_weights.shape[0] - rows + 1);
            return queue.matmul(args);
        });
        out.denseOperations = rate(2.0 * kTokens * static_cast<double>(rows) * kWidth, many);
    }

    void measureExperts(Probe &probe, MachineSpeed::Type &out)
    {
        constexpr std::int64_t kSteps = kExperts / kChosen; // until every expert was used once
        const double one = probe.seconds(kRepeats, [&](kernels::Queue &queue) {
            kernels::Status status = kernels::Status::success();
            for (std::int64_t step = 0; step < copiesOf(m_type) * kSteps && status.ok(); ++step) {
                useExpertsOf(step / kSteps);
                status = run(queue, step % kSteps, 1);
            }
            return status;
        });
        useExpertsOf(0);
        const double few = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) { return run(queue, 0, kFewTokens); });
        const double many = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) { return run(queue, 0, kExpertTokens); });
        const double operations = 2.0 * 3.0 * kChosen * kHidden * kWidth; // a token
        out.expertBytes = rate(static_cast<double>(m_weights.packedBytes()), one);
        out.fewExpertOperations = rate(operations * kFewTokens, few);
        out.expertOperations = rate(operations * kExpertTokens, many);
    }

    kernels::Status run(kernels::Queue &queue, std::int64_t from, std::int64_t count) const
    {
        kernels::MoeFeedForwardArgs args = m_args;
        args.in = m_in.slice(from, count);
        args.out = m_sum.slice(from, count);
        args.experts = m_chosen.slice(from, count);
        args.weights = m_shares.slice(from, count);
        return queue.moeFeedForward(args);
    }

    DType m_type;
    Tensor m_weights, m_in, m_outOne, m_outMany, m_sum, m_chosen, m_shares;
    kernels::MoeFeedForwardArgs m_args;
    std::int64_t m_at = 0;
    bool m_ready = false;
};

class AttentionProbe
{
public:
    AttentionProbe(Probe &probe, DType type)
        : m_type(type), m_queries(probe.makeRandom(DType::kF32, {kTokens, kHeads, kHeadDim})),
          m_results(probe.make(DType::kF32, {kTokens, kHeads, kHeadDim}))
    {
        for (std::int32_t page = 0; page < kSlots / kPageTokens; ++page)
            m_pages.push_back(page);
    }

    static std::size_t contextBytes(DType type) { return Tensor::packed(type, {2 * kSlots, kKvHeads, kHeadDim}, nullptr).packedBytes(); }

    void measure(Probe &probe, MachineSpeed::Context &out)
    {
        const Tensor both = probe.context(m_type, {2 * kSlots, kKvHeads, kHeadDim});
        if (!probe.ok())
            return;
        m_keys = both.slice(0, kSlots);
        m_values = both.slice(kSlots, kSlots);
        out.operations = rate(4.0 * kHeads * kHeadDim * kContext, seconds(probe, kContext - 1, 1));
        const double seen = kTokens * (kTokens + kTokens / 2.0); // as in the second half of a prompt of 512
        out.promptOperations = rate(4.0 * kHeads * kHeadDim * seen, seconds(probe, kTokens, kTokens));
    }

private:
    static constexpr std::int64_t kSlots = kContexts * kContext;

    double seconds(Probe &probe, std::int64_t first, std::int64_t tokens)
    {
        constexpr std::size_t kPages = kContext / kPageTokens;
        kernels::AttentionArgs args;
        args.cache.keys = m_keys;
        args.cache.values = m_values;
        args.cache.pageTokens = kPageTokens;
        args.scale = 1.0F / std::sqrt(static_cast<float>(kHeadDim));
        args.first = first;
        args.query = m_queries.slice(0, tokens);
        args.out = m_results.slice(0, tokens);
        return probe.seconds(kRepeats, [&](kernels::Queue &queue) {
            args.cache.pages = std::span(m_pages).subspan(kPages * (m_turn++ % kContexts), kPages);
            return queue.attention(args);
        });
    }

    DType m_type;
    Tensor m_queries, m_results, m_keys, m_values;
    std::vector<std::int32_t> m_pages;
    std::size_t m_turn = 0;
};

/// Ops that go over activations alone.
class SmallProbe
{
public:
    explicit SmallProbe(Probe &probe)
        : m_tiny(probe.make(DType::kQ8_0, {32, kWidth})), m_values(probe.makeRandom(DType::kF32, {kTokens, kWidth})),
          m_normed(probe.make(DType::kF32, {kTokens, kWidth})), m_tinyOut(probe.make(DType::kF32, {1, 32}))
    {
        m_router.logits = probe.makeRandom(DType::kF32, {kTokens, kRouted});
        m_router.kMin = m_router.kMax = m_router.kWide = static_cast<int>(kChosen);
        m_router.experts = probe.make(DType::kI32, {kTokens, kChosen});
        m_router.weights = probe.make(DType::kF32, {kTokens, kChosen});
        m_router.margins = probe.make(DType::kF32, {kTokens});
        m_gather.streams = probe.makeRandom(DType::kF32, {kTokens, kStreams, kWidth});
        m_gather.projection = probe.makeRandom(DType::kF32, {kTokens, kStreams * (kStreams + 2)});
        m_gather.base = probe.make(DType::kF32, {kStreams * (kStreams + 2)});
        m_gather.scale = probe.make(DType::kF32, {3});
        m_gather.post = probe.make(DType::kF32, {kTokens, kStreams});
        m_gather.mix = probe.make(DType::kF32, {kTokens, kStreams, kStreams});
        m_gather.out = m_normed;
    }

    void measure(Probe &probe, MachineSpeed &out) const
    {
        out.opSeconds = probe.seconds(kFewRepeats, [&](kernels::Queue &queue) { return tinyOps(queue); }) / kTinyOps;
        const double norm = probe.seconds(kRepeats, [&](kernels::Queue &queue) { return queue.rmsNorm({m_values, {}, m_normed, 1e-6F}); });
        out.smallValues = rate(static_cast<double>(m_values.elements()), norm);
        const double router = probe.seconds(kRepeats, [&](kernels::Queue &queue) { return queue.router(m_router); });
        out.routerLogits = rate(static_cast<double>(m_router.logits.elements()), router);
        const double streams = probe.seconds(kRepeats, [&](kernels::Queue &queue) {
            const kernels::Status status = queue.gatherStreams(m_gather);
            return status.ok() ? queue.spreadStreams({m_normed, m_gather.post, m_gather.mix, m_gather.streams}) : status;
        });
        out.streamValues = rate(2.0 * static_cast<double>(m_gather.streams.elements()), streams);
    }

private:
    static constexpr int kTinyOps = 200;

    /// Whose arithmetic is nothing: what remains is their start and their end on all threads.
    kernels::Status tinyOps(kernels::Queue &queue) const
    {
        kernels::MatmulArgs args;
        args.weight = m_tiny;
        args.in = m_values.slice(0, 1);
        args.out = m_tinyOut;
        kernels::Status status = kernels::Status::success();
        for (int i = 0; i < kTinyOps && status.ok(); ++i)
            status = queue.matmul(args);
        return status;
    }

    Tensor m_tiny, m_values, m_normed, m_tinyOut;
    kernels::RouterArgs m_router;
    kernels::GatherStreamsArgs m_gather;
};

class ProcessorProbe final : public MachineProbe
{
public:
    ProcessorProbe(std::unique_ptr<kernels::Device> device, const MachineNeeds &needs)
        : m_device(std::move(device)), m_probe(*m_device, weightBytes(needs), contextBytes(needs)), m_small(m_probe)
    {
        m_speed.device = m_device->info().name;
        m_speed.memoryBytes = m_device->info().memoryBytes;
        m_speed.limitBytes = memoryLimit();
        for (const std::string &name : needs.types) {
            const auto type = typeOf(name);
            if (type && *type != DType::kI32)
                m_types.push_back({name, WeightProbe(m_probe, *type)});
        }
        for (const std::string &name : needs.contexts) {
            if (const auto type = typeOf(name))
                m_contexts.push_back({name, AttentionProbe(m_probe, *type)});
        }
        if (!needs.file.empty())
            m_mapped = MappedMemory::open(needs.file, *m_device);
    }

    Result<MachineSpeed> measure(std::stop_token stop) override
    {
        if (!m_probe.ok())
            return noMemory("probe");
        m_probe.setStop(stop);
        MachineSpeed out = m_speed;
        MappedMemory::Rates rates;
        if (m_mapped && !stop.stop_requested()) {
            rates = m_mapped->measure();
            out.narrowBytes = rates.narrowBytes;
            out.wideBytes = rates.wideBytes;
            out.wideSpan = rates.wideSpan;
        }
        m_small.measure(m_probe, out);
        for (OfContext &each : m_contexts) {
            MachineSpeed::Context &one = out.contexts.emplace_back();
            one.type = each.name;
            each.attention.measure(m_probe, one);
        }
        for (OfType &each : m_types) {
            MachineSpeed::Type &one = out.types.emplace_back();
            one.type = each.name;
            each.weights.measure(m_probe, one);
            out.readBytes = std::max(out.readBytes, one.denseBytes);
        }
        compareMapped(rates, out);
        if (stop.stop_requested())
            return Error{ErrorCode::kCancelled, "Measuring the machine was stopped.", "stop requested"};
        return out;
    }

    static Error noMemory(const char *context)
    {
        return Error{ErrorCode::kOutOfMemory, "There is not enough memory to measure this machine. Close other programs.", context};
    }

private:
    static std::size_t weightBytes(const MachineNeeds &needs)
    {
        std::size_t most = 0;
        for (const std::string &name : needs.types) {
            if (const auto type = typeOf(name))
                most = std::max(most, WeightProbe::weightBytes(*type));
        }
        return most;
    }

    static std::size_t contextBytes(const MachineNeeds &needs)
    {
        std::size_t most = 0;
        for (const std::string &name : needs.contexts) {
            if (const auto type = typeOf(name))
                most = std::max(most, AttentionProbe::contextBytes(*type));
        }
        return most;
    }

    /// What was read of the mapped file beside the same types in memory of our own: its pages may be small ones where ours are huge.
    static void compareMapped(const MappedMemory::Rates &rates, MachineSpeed &out)
    {
        double own = 0; // seconds that a byte of the narrow part's types takes
        bool known = rates.narrowBytes > 0;
        for (const auto &[type, share] : rates.narrowShares) {
            const MachineSpeed::Type *one = out.find(kernels::dtypeName(type));
            known = known && one != nullptr && one->expertBytes > 0;
            own += known ? share / one->expertBytes : 0;
        }
        out.mappedExpertSeconds = known ? 1 / rates.narrowBytes - own : 0;
        const MachineSpeed::Type *dense = out.find(kernels::dtypeName(rates.denseType));
        if (rates.denseBytes > 0 && dense != nullptr && dense->denseBytes > 0)
            out.mappedDenseSeconds = 1 / rates.denseBytes - 1 / dense->denseBytes;
    }

    struct OfType
    {
        std::string name;
        WeightProbe weights;
    };
    struct OfContext
    {
        std::string name;
        AttentionProbe attention;
    };

    std::unique_ptr<kernels::Device> m_device;
    MachineSpeed m_speed; ///< what does not change
    Probe m_probe;
    SmallProbe m_small;
    std::vector<OfType> m_types;
    std::vector<OfContext> m_contexts;
    std::optional<MappedMemory> m_mapped;
};

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

std::uint64_t memoryLimit()
{
    const std::uint64_t memory = machineMemory();
    const std::uint64_t limit = memoryLimitBytes(memory);
    return limit < memory ? limit : 0;
}

Result<std::unique_ptr<MachineProbe>> createMachineProbe(const EngineOptions &options, const MachineNeeds &needs)
{
    try {
        auto device = processorFor(options);
        if (!device)
            return Error{ErrorCode::kDeviceFailure, "The processor could not be made ready for computing.", "createCpuDevice"};
        return std::unique_ptr<MachineProbe>(std::make_unique<ProcessorProbe>(std::move(device), needs));
    } catch (const std::bad_alloc &) {
        return ProcessorProbe::noMemory("bad_alloc");
    }
}

Result<MachineSpeed> measureMachine(const EngineOptions &options, const MachineNeeds &needs, std::stop_token stop)
{
    auto probe = createMachineProbe(options, needs);
    return probe ? (*probe)->measure(std::move(stop)) : probe.takeError();
}

} // namespace conclave::engine
