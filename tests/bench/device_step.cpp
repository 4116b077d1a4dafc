#include "tests/bench/device_step.h"

#include "tests/plugins/plugin_bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <numeric>
#include <vector>

namespace conclave::bench
{

using namespace kernels;
using tests::Bytes;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr std::int64_t kWidth = 2048, kHeads = 32, kKvHeads = 4, kHead = 128, kExperts = 128, kUsed = 8, kHidden = 768, kWords = 151936;
constexpr std::int64_t kLayers = 48;
constexpr std::int64_t kDistinct = 12; ///< layers with weights of their own; the others take theirs again: no cache holds so much
constexpr std::int64_t kContext = 8192;
constexpr std::int64_t kMostTokens = 4096;

struct Layer
{
    Tensor norm, q, k, v, queryNorm, keyNorm, o, feedForwardNorm, router, gate, up, down;
    KvView cache;
};

class Model
{
public:
    explicit Model(Device &device) : m_device(device), m_queue(device.createQueue()) {}

    /// Its number of layers; fewer where there is no room.
    std::int64_t build();
    /// A step of `tokens` at `first`; without waiting.
    Status step(std::int64_t first, std::int64_t tokens);
    Status finish() { return m_queue->finish(); }
    /// Weights that one token reads.
    double bytesAToken() const { return m_bytesAToken; }

private:
    Tensor place(DType type, std::initializer_list<std::int64_t> shape);
    Tensor filled(DType type, std::initializer_list<std::int64_t> shape);
    Layer makeLayer(std::int64_t index);
    Tensor activations(std::int64_t tokens, std::int64_t width);
    Status block(const Layer &layer, std::int64_t first, std::int64_t tokens);

    Device &m_device;
    std::vector<std::unique_ptr<Buffer>> m_buffers;
    std::unique_ptr<Queue> m_queue;
    std::vector<Layer> m_layers;
    Tensor m_x, m_normed, m_query, m_key, m_value, m_attended, m_logits, m_routerLogits, m_experts, m_weights, m_margins;
    Tensor m_embedding, m_head, m_lastNorm;
    double m_bytesAToken = 0;
    bool m_full = false;
};

Tensor Model::place(DType type, std::initializer_list<std::int64_t> shape)
{
    Tensor tensor = Tensor::packed(type, shape, nullptr);
    std::unique_ptr<Buffer> buffer = m_full ? nullptr : m_device.allocate(tensor.packedBytes());
    m_full = m_full || buffer == nullptr;
    tensor.buffer = buffer.get();
    m_buffers.push_back(std::move(buffer));
    return tensor;
}

/// Random blocks, the same 2,048 rows' worth again and again.
Tensor Model::filled(DType type, std::initializer_list<std::int64_t> shape)
{
    const Tensor tensor = place(type, shape);
    if (m_full)
        return tensor;
    static const Bytes q4 = tests::Random(1).weights(DType::kQ4_K, 4096, 2048);
    static const Bytes q6 = tests::Random(2).weights(DType::kQ6_K, 4096, 2048);
    static const Bytes f32 = tests::Random(3).weights(DType::kF32, 128, 2048);
    const Bytes &source = type == DType::kQ4_K ? q4 : type == DType::kQ6_K ? q6 : f32;
    const std::size_t row = rowBytes(type, static_cast<std::size_t>(tensor.rowLength()));
    const std::size_t most = source.size() / row;
    const auto rows = static_cast<std::size_t>(tensor.rows());
    for (std::size_t at = 0; at < rows; at += most) {
        const std::size_t count = std::min(most, rows - at);
        Tensor part = Tensor::packed(type, {static_cast<std::int64_t>(count), tensor.rowLength()}, tensor.buffer, at * row);
        if (!m_device.upload(part, std::span(source).first(count * row)).ok())
            m_full = true;
    }
    return tensor;
}

Layer Model::makeLayer(std::int64_t index)
{
    const DType mixed = index % 2 == 0 ? DType::kQ6_K : DType::kQ4_K; // Q4_K_M: half of the values' and down matrices
    Layer layer;
    layer.norm = filled(DType::kF32, {kWidth});
    layer.q = filled(DType::kQ4_K, {kHeads * kHead, kWidth});
    layer.k = filled(DType::kQ4_K, {kKvHeads * kHead, kWidth});
    layer.v = filled(mixed, {kKvHeads * kHead, kWidth});
    layer.queryNorm = filled(DType::kF32, {kHead});
    layer.keyNorm = filled(DType::kF32, {kHead});
    layer.o = filled(DType::kQ4_K, {kWidth, kHeads * kHead});
    layer.feedForwardNorm = filled(DType::kF32, {kWidth});
    layer.router = filled(DType::kF32, {kExperts, kWidth});
    layer.gate = filled(DType::kQ4_K, {kExperts, kHidden, kWidth});
    layer.up = filled(DType::kQ4_K, {kExperts, kHidden, kWidth});
    layer.down = filled(mixed, {kExperts, kWidth, kHidden});
    layer.cache.keys = place(DType::kF16, {kContext, kKvHeads, kHead});
    layer.cache.values = place(DType::kF16, {kContext, kKvHeads, kHead});
    return layer;
}

std::int64_t Model::build()
{
    m_embedding = filled(DType::kQ4_K, {kWords, kWidth});
    m_head = filled(DType::kQ6_K, {kWords, kWidth});
    m_lastNorm = filled(DType::kF32, {kWidth});
    m_x = place(DType::kF32, {kMostTokens, kWidth});
    m_normed = place(DType::kF32, {kMostTokens, kWidth});
    m_query = place(DType::kF32, {kMostTokens, kHeads * kHead});
    m_key = place(DType::kF32, {kMostTokens, kKvHeads * kHead});
    m_value = place(DType::kF32, {kMostTokens, kKvHeads * kHead});
    m_attended = place(DType::kF32, {kMostTokens, kHeads * kHead});
    m_logits = place(DType::kF32, {1, kWords});
    m_routerLogits = place(DType::kF32, {kMostTokens, kExperts});
    m_experts = place(DType::kI32, {kMostTokens, kUsed});
    m_weights = place(DType::kF32, {kMostTokens, kUsed});
    m_margins = place(DType::kF32, {kMostTokens});
    if (m_full || m_queue == nullptr)
        return 0;
    m_bytesAToken = static_cast<double>(m_head.packedBytes());
    const std::unique_ptr<Buffer> spare = m_device.allocate(std::size_t{2} << 30); // for what the steps need besides
    for (std::int64_t i = 0; i < kLayers && spare != nullptr; ++i) {
        const Layer layer = i < kDistinct ? makeLayer(i) : m_layers[static_cast<std::size_t>(i % kDistinct)];
        if (m_full)
            break;
        m_layers.push_back(layer);
        for (const Tensor *whole : {&layer.q, &layer.k, &layer.v, &layer.o, &layer.router})
            m_bytesAToken += static_cast<double>(whole->packedBytes());
        for (const Tensor *experts : {&layer.gate, &layer.up, &layer.down})
            m_bytesAToken += static_cast<double>(experts->packedBytes()) * kUsed / kExperts;
    }
    return static_cast<std::int64_t>(m_layers.size());
}

/// The first status that is no success.
Status firstOf(std::initializer_list<Status> all)
{
    for (const Status &status : all)
        if (!status.ok())
            return status;
    return Status::success();
}

Status Model::block(const Layer &layer, std::int64_t first, std::int64_t tokens)
{
    std::vector<std::int32_t> positions(static_cast<std::size_t>(tokens));
    std::iota(positions.begin(), positions.end(), static_cast<std::int32_t>(first));
    const auto rows = [tokens](const Tensor &tensor) { return tensor.slice(0, tokens); };
    const auto heads = [&](const Tensor &tensor, std::int64_t count) {
        return Tensor::packed(DType::kF32, {tokens, count, kHead}, tensor.buffer);
    };
    const Tensor x = rows(m_x), normed = rows(m_normed), query = heads(m_query, kHeads), key = heads(m_key, kKvHeads);
    const auto rope = [&](const Tensor &tensor) {
        RopeArgs args;
        args.inout = tensor;
        args.positions = positions;
        args.dims = kHead;
        args.base = 1e6F;
        return args;
    };
    AttentionArgs attention;
    attention.query = query;
    attention.cache = layer.cache;
    attention.out = heads(m_attended, kHeads);
    attention.first = first;
    attention.scale = 0.088F;
    RouterArgs router;
    router.logits = rows(m_routerLogits);
    router.kMin = router.kMax = router.kWide = kUsed;
    router.experts = rows(m_experts);
    router.weights = rows(m_weights);
    router.margins = rows(m_margins);
    MoeFeedForwardArgs experts;
    experts.in = normed;
    experts.gate = layer.gate;
    experts.up = layer.up;
    experts.down = layer.down;
    experts.experts = router.experts;
    experts.weights = router.weights;
    experts.out = x;
    Queue &queue = *m_queue;
    return firstOf({queue.rmsNorm({x, layer.norm, normed}), queue.matmul({layer.q, normed, {}, rows(m_query)}),
                    queue.matmul({layer.k, normed, {}, rows(m_key)}), queue.matmul({layer.v, normed, {}, rows(m_value)}),
                    queue.rmsNorm({query, layer.queryNorm, query}), queue.rmsNorm({key, layer.keyNorm, key}), queue.rope(rope(query)),
                    queue.rope(rope(key)), queue.kvStore({key, heads(m_value, kKvHeads), layer.cache, first}), queue.attention(attention),
                    queue.matmul({layer.o, rows(m_attended), {}, x, Activation::kNone, true}),
                    queue.rmsNorm({x, layer.feedForwardNorm, normed}), queue.matmul({layer.router, normed, {}, router.logits}),
                    queue.router(router), queue.moeFeedForward(experts)});
}

Status Model::step(std::int64_t first, std::int64_t tokens)
{
    std::vector<std::int32_t> ids(static_cast<std::size_t>(tokens));
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>((static_cast<std::size_t>(first) + i) * 7919 % kWords);
    Status status = m_queue->embedRows({m_embedding, ids, m_x.slice(0, tokens)});
    for (const Layer &layer : m_layers)
        if (status.ok())
            status = block(layer, first, tokens);
    if (!status.ok())
        return status;
    const Tensor last = m_x.slice(tokens - 1, 1);
    return firstOf(
        {m_queue->rmsNorm({last, m_lastNorm, m_normed.slice(0, 1)}), m_queue->matmul({m_head, m_normed.slice(0, 1), {}, m_logits})});
}

/// Seconds a step, the best of several rounds of `steps` queued before a wait; below 0 when it failed.
double secondsOf(Model &model, std::int64_t first, std::int64_t tokens, int steps, int rounds)
{
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < steps; ++i)
            if (const Status status = model.step(first, tokens); !status.ok()) {
                std::printf("WRONG a step was refused: %s\n", status.text);
                return -1;
            }
        if (const Status status = model.finish(); !status.ok()) {
            std::printf("WRONG a step failed: %s\n", status.text);
            return -1;
        }
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / steps);
    }
    return best;
}

bool timeDecode(Model &model, std::int64_t first, int steps)
{
    const double seconds = secondsOf(model, first, 1, steps, 6);
    if (seconds < 0)
        return false;
    std::printf("  decode at %4lld, %d steps a wait: %8.3f ms, %6.1f tokens/s, %7.1f GB/s of weights\n", static_cast<long long>(first),
                steps, seconds * 1e3, 1 / seconds, model.bytesAToken() / seconds / 1e9);
    std::fflush(stdout);
    return true;
}

bool timePrompt(Model &model, std::int64_t tokens)
{
    const double seconds = secondsOf(model, 0, tokens, 1, 2);
    if (seconds < 0)
        return false;
    std::printf("  prompt of %4lld tokens: %9.2f ms, %8.1f tokens/s\n", static_cast<long long>(tokens), seconds * 1e3,
                static_cast<double>(tokens) / seconds);
    std::fflush(stdout);
    return true;
}

} // namespace

bool timeSteps(Device &device, const std::string &what)
{
    const auto start = Clock::now();
    Model model(device);
    const std::int64_t layers = model.build();
    std::printf("Qwen3-30B-A3B's shape, Q4_K_M: %lld of %lld layers, a token reads %.2f GB; built in %.1f s\n",
                static_cast<long long>(layers), static_cast<long long>(kLayers), model.bytesAToken() / 1e9,
                std::chrono::duration<double>(Clock::now() - start).count());
    if (layers == 0)
        return false;
    const bool all = what == "all";
    bool ok = true;
    for (const std::int64_t first : {0, 1000, 8000})
        for (const int steps : {1, 8})
            if (all || what == "decode" || (what == "one" && first == 1000 && steps == 1))
                ok = ok && timeDecode(model, first, steps);
    for (const std::int64_t tokens : {16, 128, 512, 4096})
        if (all || what == "prompt")
            ok = ok && timePrompt(model, tokens);
    return ok;
}

} // namespace conclave::bench
