#pragma once

#include "engine/model/model.h"

#include <cstdint>
#include <span>
#include <vector>

namespace conclave::engine
{

/// The pictures and positions of a step's tokens, put together from the batches that they are a part of. Reused from step to step.
class SequenceImages
{
public:
    /// For chunks of `tokens`: nothing is allocated later.
    void reserve(std::size_t tokens);

    /// kInvalidRequest when rows lie outside their picture or the batch, overlap, or are not `width` wide.
    static Result<Done> validate(const Batch &batch, int width);

    /// Begins a step of `tokens`.
    void begin(std::size_t tokens);
    /// Takes the part of a batch that begins at its token `from` and lies at `places` in its cache; in the step it begins at `row`.
    void add(const Batch &batch, std::size_t from, std::span<const std::int32_t> places, std::size_t row);

    std::span<const ImageRows> rows() const { return m_rows; } ///< counted by the step's rows
    /// [3, T] time, row, column.
    std::span<const std::int32_t> gridPositions() const { return m_positions; }

private:
    std::vector<ImageRows> m_rows;
    std::vector<std::int32_t> m_positions;
    std::size_t m_tokens = 0;
};

} // namespace conclave::engine
