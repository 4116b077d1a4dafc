#include "engine/generate/prompt_layout.h"

#include "engine/cache/image_memory.h"

#include <algorithm>
#include <array>

namespace conclave::engine
{
namespace
{

/// A number below zero for a row of a picture. Rows of one picture differ, and a picture has several: two pictures never agree in all.
TokenId rowCode(const ImageKey &key, const ImageGrid &grid, int row)
{
    std::uint64_t code = key.low ^ (key.high * 0x9e3779b97f4a7c15U);
    for (const int part : {grid.width, grid.height, row}) {
        code = (code ^ static_cast<std::uint32_t>(part)) * 0xd6e8feb86659fd93U;
        code ^= code >> 32;
    }
    return -1 - static_cast<TokenId>(code & 0x7fffffffU);
}

Error misplaced(std::size_t placed, std::size_t images)
{
    return {ErrorCode::kInvalidRequest,
            "The model's chat template has places for " + std::to_string(placed) + " of the conversation's " + std::to_string(images) +
                " pictures. Remove the pictures, or choose another conversion of the model.",
            "image placeholders"};
}

} // namespace

void PromptLayout::addText(TokenId token)
{
    m_tokens.push_back(token);
    m_shown.push_back(token);
    for (auto &stream : m_streams)
        stream.push_back(m_next);
    ++m_next;
}

void PromptLayout::addPicture(Picture picture, TokenId placeholder)
{
    picture.first = size();
    const ImageGrid &grid = picture.grid;
    for (int row = 0; row < grid.tokens(); ++row) {
        m_tokens.push_back(placeholder);
        m_shown.push_back(rowCode(picture.key, grid, row));
        m_streams[0].push_back(m_next);
        m_streams[1].push_back(m_next + row / grid.width);
        m_streams[2].push_back(m_next + row % grid.width);
    }
    m_next += std::max(grid.width, grid.height);
    m_pictures.push_back(std::move(picture));
}

PromptLayout PromptLayout::ofText(std::vector<TokenId> tokens)
{
    PromptLayout layout;
    layout.m_shown = tokens;
    layout.m_tokens = std::move(tokens);
    return layout;
}

Result<PromptLayout> PromptLayout::make(std::vector<TokenId> tokens, std::span<const ImagePtr> images, TokenId placeholder,
                                        const GridOf &gridOf, bool gridPositions)
{
    const auto placed = static_cast<std::size_t>(std::count(tokens.begin(), tokens.end(), placeholder));
    if (placed != images.size())
        return misplaced(placed, images.size());
    if (images.empty())
        return ofText(std::move(tokens));
    PromptLayout layout;
    layout.m_gridPositions = gridPositions;
    auto next = images.begin();
    for (const TokenId token : tokens) {
        if (token != placeholder) {
            layout.addText(token);
            continue;
        }
        const ImagePtr &image = *next++;
        if (!image)
            return Error{ErrorCode::kBadImage, "The picture cannot be read: it is empty. Attach another one.", "null image"};
        auto grid = gridOf(*image);
        if (!grid)
            return grid.takeError();
        layout.addPicture({image, imageKey(*image), *grid, 0}, placeholder);
    }
    return layout;
}

std::vector<ImageRows> PromptLayout::rows(int first, int count, std::span<const std::shared_ptr<const ImageMemory>> memories) const
{
    std::vector<ImageRows> rows;
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        const Picture &picture = m_pictures[i];
        const int begin = std::max(first, picture.first);
        const int end = std::min(first + count, picture.end());
        if (begin < end)
            rows.push_back({memories[i].get(), begin - picture.first, begin - first, end - begin});
    }
    return rows;
}

std::vector<std::int32_t> PromptLayout::positions(int first, int count) const
{
    if (!m_gridPositions)
        return {};
    std::vector<std::int32_t> positions;
    positions.reserve(3 * static_cast<std::size_t>(count));
    for (const auto &stream : m_streams) {
        for (int place = first; place < first + count; ++place)
            positions.push_back(place < size() ? stream[static_cast<std::size_t>(place)] : m_next + place - size());
    }
    return positions;
}

std::vector<std::int32_t> PromptLayout::positionsBeforeText(int first, int count, int text) const
{
    std::vector<std::int32_t> positions = this->positions(first, count + text);
    if (positions.empty() || first + count >= size())
        return positions;
    const std::int32_t next = m_streams[0][static_cast<std::size_t>(first + count)]; // text and pictures begin at the same time
    for (int stream = 0; stream < 3; ++stream) {
        for (int i = 0; i < text; ++i)
            positions[static_cast<std::size_t>(stream * (count + text) + count + i)] = next + i;
    }
    return positions;
}

} // namespace conclave::engine
