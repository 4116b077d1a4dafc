#pragma once

#include "engine/vision/image_grid.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace conclave::engine
{

/// What a model keeps of one image. Immutable once made. Of the two kinds a model makes one:
/// - for bridges: keys and values [n, Hkv, hd] F32 for each layer that has one; such an image takes no place in the sequence;
/// - for the sequence: rows [n, d] F32 in reading order that take the place of token embeddings (level 0), and as many that are added to
///   the stream after layer 0, 1, ... (DeepStack).
class ImageMemory
{
public:
    struct LayerKv
    {
        kernels::Tensor keys; ///< empty on layers without a bridge
        kernels::Tensor values;
    };

    /// For bridges.
    ImageMemory(std::unique_ptr<kernels::Buffer> memory, std::vector<LayerKv> layers, int tokens)
        : m_memory(std::move(memory)), m_layers(std::move(layers)), m_tokens(tokens)
    {
    }
    /// For the sequence: `rows` [levels, n, d], n = grid.tokens().
    ImageMemory(std::unique_ptr<kernels::Buffer> memory, const kernels::Tensor &rows, const ImageGrid &grid)
        : m_memory(std::move(memory)), m_rows(rows), m_grid(grid), m_tokens(grid.tokens())
    {
    }

    int tokens() const { return m_tokens; } ///< n
    std::uint64_t sizeBytes() const { return m_memory->sizeBytes(); }

    const LayerKv &layer(int index) const { return m_layers[static_cast<std::size_t>(index)]; }
    int layers() const { return static_cast<int>(m_layers.size()); }

    const ImageGrid &grid() const { return m_grid; } ///< its place in the sequence
    int levels() const { return m_rows.empty() ? 0 : static_cast<int>(m_rows.shape[0]); }
    kernels::Tensor rows(int level) const { return m_rows.at(level); } ///< [n, d]

private:
    std::unique_ptr<kernels::Buffer> m_memory;
    std::vector<LayerKv> m_layers;
    kernels::Tensor m_rows;
    ImageGrid m_grid;
    int m_tokens = 0;
};

} // namespace conclave::engine
