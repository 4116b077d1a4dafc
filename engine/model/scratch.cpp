#include "engine/model/scratch.h"

#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

Tensor Scratch::make(kernels::Device &device, DType type, std::initializer_list<std::int64_t> shape)
{
    if (m_failed || std::any_of(shape.begin(), shape.end(), [](std::int64_t n) { return n == 0; }))
        return {};
    const Tensor sized = Tensor::packed(type, shape, nullptr);
    auto buffer = device.allocate(sized.packedBytes());
    m_failed = buffer == nullptr;
    if (m_failed)
        return {};
    m_buffers.push_back(std::move(buffer));
    return Tensor::packed(type, shape, m_buffers.back().get());
}

Result<std::unique_ptr<Scratch>> Scratch::create(kernels::Device &device, const ScratchSizes &sizes)
{
    auto scratch = std::make_unique<Scratch>();
    Scratch &s = *scratch;
    s.x = s.make(device, DType::kF32, {kChunk, sizes.width});
    s.h = s.make(device, DType::kF32, {kChunk, sizes.width});
    s.y = s.make(device, DType::kF32, {sizes.blockOutputs > 0 ? kChunk : 0, sizes.width});
    s.z = s.make(device, DType::kF32, {sizes.blockOutputs > 1 ? kChunk : 0, sizes.width});
    s.zeros = s.make(device, DType::kF32, {sizes.blockOutputs > 1 ? 1 : 0, sizes.width});
    s.zeros.shape[0] = kChunk; // every row is the same
    s.zeros.strideBytes[0] = 0;
    s.query = s.make(device, DType::kF32, {kChunk, sizes.heads, sizes.headDim});
    s.key = s.make(device, DType::kF32, {kChunk, sizes.kvHeads, sizes.headDim});
    s.value = s.make(device, DType::kF32, {kChunk, sizes.kvHeads, sizes.headDim});
    s.attended = s.make(device, DType::kF32, {kChunk, sizes.heads, sizes.headDim});
    s.headGates = s.make(device, DType::kF32, {kChunk, sizes.heads});
    s.gate = s.make(device, DType::kF32, {kChunk, sizes.feedForward});
    s.up = s.make(device, DType::kF32, {kChunk, sizes.feedForward});
    s.lowRank = s.make(device, DType::kF32, {kChunk, sizes.lowRank});
    s.latentRow = s.make(device, DType::kF32, {kChunk, sizes.latentRow});
    s.latentQueries = s.make(device, DType::kF32, {kChunk, sizes.latentRow > 0 ? sizes.heads : 0, sizes.latentRow});
    s.latentValues = s.make(device, DType::kF32, {kChunk, sizes.latent > 0 ? sizes.heads : 0, sizes.latent});
    s.layerEmbeddings = s.make(device, DType::kF32, {kChunk, sizes.layerEmbeddings});
    s.layerTable = s.make(device, DType::kF32, {kChunk, sizes.layerEmbeddings});
    s.routerLogits = s.make(device, DType::kF32, {kChunk, sizes.experts});
    for (int i = 0; i < sizes.layers && sizes.experts > 0; ++i)
        s.routings.push_back({s.make(device, DType::kI32, {kChunk, sizes.mostExperts}),
                              s.make(device, DType::kF32, {kChunk, sizes.mostExperts}), s.make(device, DType::kF32, {kChunk})});
    const int streams = sizes.streams;
    s.streams.all = s.make(device, DType::kF32, {kChunk, streams, sizes.width});
    s.streams.normalised = s.make(device, DType::kF32, {kChunk, static_cast<std::int64_t>(streams) * sizes.width});
    s.streams.logits = s.make(device, DType::kF32, {kChunk, streams * (streams + 2)});
    s.streams.post = s.make(device, DType::kF32, {kChunk, streams});
    s.streams.mix = s.make(device, DType::kF32, {kChunk, streams, streams});
    s.compressed.grouped = s.make(device, DType::kF32, {kChunk, sizes.groupedOutput});
    s.compressed.values = s.make(device, DType::kF32, {kChunk, sizes.compressed});
    s.compressed.gates = s.make(device, DType::kF32, {kChunk, sizes.compressed});
    s.compressed.indexQueries = s.make(device, DType::kF32, {kChunk, sizes.indexQueries});
    s.compressed.indexWeights = s.make(device, DType::kF32, {kChunk, sizes.indexHeads});
    s.compressed.chosen = s.make(device, DType::kI32, {kChunk, sizes.indexTop});
    s.delta.mixed = s.make(device, DType::kF32, {kChunk, sizes.deltaMixed});
    s.delta.convolved = s.make(device, DType::kF32, {kChunk, sizes.deltaMixed});
    s.delta.out = s.make(device, DType::kF32, {kChunk, sizes.deltaValues});
    s.delta.gate = s.make(device, DType::kF32, {kChunk, sizes.deltaValues});
    s.delta.alpha = s.make(device, DType::kF32, {kChunk, sizes.deltaHeads});
    s.delta.beta = s.make(device, DType::kF32, {kChunk, sizes.deltaHeads});
    const int predicted = sizes.predicts ? sizes.width : 0;
    s.prediction.hidden = s.make(device, DType::kF32, {kChunk, predicted});
    s.prediction.pairs = s.make(device, DType::kF32, {kChunk, 2L * predicted});
    if (s.m_failed)
        return outOfMemory("the model's working memory");
    return scratch;
}

} // namespace conclave::engine
