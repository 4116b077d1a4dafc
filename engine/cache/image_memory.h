#pragma once

#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace conclave::engine
{

/// What the bridges read of one image: keys and values [N, Hkv, hd] F32 for each layer that has a bridge. Immutable once made.
class ImageMemory
{
public:
    struct LayerKv
    {
        kernels::Tensor keys; ///< empty on layers without a bridge
        kernels::Tensor values;
    };

    ImageMemory(std::unique_ptr<kernels::Buffer> memory, std::vector<LayerKv> layers, int tokens)
        : m_memory(std::move(memory)), m_layers(std::move(layers)), m_tokens(tokens)
    {
    }

    int tokens() const { return m_tokens; }
    const LayerKv &layer(int index) const { return m_layers[static_cast<std::size_t>(index)]; }
    int layers() const { return static_cast<int>(m_layers.size()); }
    std::uint64_t sizeBytes() const { return m_memory->sizeBytes(); }

private:
    std::unique_ptr<kernels::Buffer> m_memory;
    std::vector<LayerKv> m_layers;
    int m_tokens = 0;
};

} // namespace conclave::engine
