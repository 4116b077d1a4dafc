#include "engine/model/sequence_images.h"

#include "engine/cache/image_memory.h"

#include <algorithm>

namespace conclave::engine
{

void SequenceImages::reserve(std::size_t tokens)
{
    m_rows.reserve(tokens);
    m_positions.reserve(3 * tokens);
}

Result<Done> SequenceImages::validate(const Batch &batch, int width)
{
    const auto wrong = [](const char *what) {
        return Error{ErrorCode::kInvalidRequest, "The pictures of the prompt do not fit the model. Load the model again.", what};
    };
    if (!batch.gridPositions.empty() && batch.gridPositions.size() != 3 * batch.tokens.size())
        return wrong("grid positions are not [3, T]");
    std::int64_t next = 0;
    for (const ImageRows &rows : batch.imageRows) {
        if (rows.image == nullptr || rows.image->levels() < 1 || rows.image->rows(0).shape[1] != width)
            return wrong("image rows of another width");
        const std::int64_t end = std::int64_t{rows.token} + rows.count;
        if (rows.count < 1 || rows.row < 0 || std::int64_t{rows.row} + rows.count > rows.image->tokens())
            return wrong("image rows outside the picture");
        if (rows.token < next || end > static_cast<std::int64_t>(batch.tokens.size()))
            return wrong("image rows outside the batch or out of order");
        next = end;
    }
    return Done{};
}

void SequenceImages::begin(std::size_t tokens)
{
    m_rows.clear();
    m_positions.resize(3 * tokens);
    m_tokens = tokens;
}

void SequenceImages::add(const Batch &batch, std::size_t from, std::span<const std::int32_t> places, std::size_t row)
{
    for (std::size_t stream = 0; stream < 3; ++stream) {
        const auto part =
            batch.gridPositions.empty() ? places : batch.gridPositions.subspan(stream * batch.tokens.size() + from, places.size());
        std::copy(part.begin(), part.end(), m_positions.begin() + static_cast<std::ptrdiff_t>(stream * m_tokens + row));
    }
    const auto begin = static_cast<int>(from);
    const auto end = static_cast<int>(from + places.size());
    for (const ImageRows &rows : batch.imageRows) {
        const int first = std::max(rows.token, begin);
        const int last = std::min(rows.token + rows.count, end);
        if (first < last)
            m_rows.push_back({rows.image, rows.row + first - rows.token, first - begin + static_cast<int>(row), last - first});
    }
}

} // namespace conclave::engine
