#include "engine/cache/kv_shape.h"

#include <algorithm>

namespace conclave::engine
{

KvShape KvShape::uniform(int layers, int kvHeads, int headDim, kernels::DType type)
{
    KvLayerShape layer;
    layer.kvHeads = kvHeads;
    layer.keyWidth = headDim;
    layer.valueWidth = headDim;
    return {type, std::vector<KvLayerShape>(static_cast<std::size_t>(layers), layer)};
}

std::uint64_t KvShape::rowBytes(int layer, int which) const
{
    const KvLayerShape &shape = layers[static_cast<std::size_t>(layer)];
    if (!shape.hasKeys() || (which == 1 && shape.valuesInKeys))
        return 0;
    const int width = which == 0 ? shape.keyWidth : shape.valueWidth;
    return kernels::rowBytes(type, static_cast<std::size_t>(width)) * static_cast<std::uint64_t>(shape.kvHeads);
}

std::uint64_t KvShape::pagedBytesPerToken() const
{
    std::uint64_t bytes = 0;
    for (int i = 0; i < static_cast<int>(layers.size()); ++i)
        bytes += rowBytes(i, 0) + rowBytes(i, 1);
    return bytes;
}

std::uint64_t KvShape::bytesPerToken() const
{
    std::uint64_t bytes = pagedBytesPerToken();
    for (const KvLayerShape &layer : layers) {
        for (const KvLayerShape::Rows &rows : layer.rows)
            bytes += static_cast<std::uint64_t>(rows.width) * sizeof(float) / static_cast<std::uint64_t>(rows.ratio);
    }
    return bytes;
}

std::uint64_t KvShape::bytesRead(int position) const
{
    const auto all = static_cast<std::uint64_t>(std::max(position, 0));
    std::uint64_t bytes = 0;
    for (int i = 0; i < static_cast<int>(layers.size()); ++i) {
        const KvLayerShape &layer = layers[static_cast<std::size_t>(i)];
        const int from = layer.sharedWith >= 0 ? layer.sharedWith : i;
        const std::uint64_t positions = layer.window > 0 ? std::min(all, static_cast<std::uint64_t>(layer.window)) : all;
        bytes += (rowBytes(from, 0) + rowBytes(from, 1)) * positions;
        for (const KvLayerShape::Rows &rows : layer.rows)
            bytes += static_cast<std::uint64_t>(rows.width) * sizeof(float) * (all / static_cast<std::uint64_t>(rows.ratio));
        for (const std::int64_t state : layer.states)
            bytes += static_cast<std::uint64_t>(state) * sizeof(float);
    }
    return bytes;
}

bool KvShape::recurrent() const
{
    return std::any_of(layers.begin(), layers.end(), [](const KvLayerShape &layer) { return !layer.states.empty(); });
}

} // namespace conclave::engine
