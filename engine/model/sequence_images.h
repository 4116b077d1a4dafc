#pragma once

#include "engine/model/model.h"

#include <cstdint>
#include <span>
#include <vector>

namespace conclave::engine
{

/// The part of a batch's pictures and positions that falls into one chunk of it. Reused from chunk to chunk.
class SequenceImages
{
public:
    /// For chunks of `tokens`: nothing is allocated later.
    void reserve(std::size_t tokens);

    /// kInvalidRequest when rows lie outside their picture or the batch, overlap, or are not `width` wide.
    static Result<Done> validate(const Batch &batch, int width);

    /// Takes the chunk that begins at the batch's token `from` and lies at `places` in the cache.
    void cut(const Batch &batch, std::size_t from, std::span<const std::int32_t> places);

    std::span<const ImageRows> rows() const { return m_rows; } ///< counted from the chunk's first token
    /// [3, T] time, row, column.
    std::span<const std::int32_t> gridPositions() const { return m_positions; }

private:
    std::vector<ImageRows> m_rows;
    std::vector<std::int32_t> m_positions;
};

} // namespace conclave::engine
