#pragma once

#include "engine/api/types.h"
#include "engine/cache/image_cache.h"
#include "engine/model/model.h"
#include "engine/text/tokenizer.h"
#include "engine/vision/image_grid.h"

#include <functional>
#include <span>
#include <vector>

/// A prompt with its pictures in place. Values; engine thread only, like the images it points to.
namespace conclave::engine
{

class PromptLayout
{
public:
    struct Picture
    {
        ImagePtr image;
        ImageKey key;
        ImageGrid grid;
        int first = 0; ///< place of its first row

        int end() const { return first + grid.tokens(); }
    };
    using GridOf = std::function<Result<ImageGrid>(const Image &)>;

    PromptLayout() = default;
    /// `tokens` hold one `placeholder` for each of `images`, in their order; each becomes as many as `gridOf` says. `gridPositions`: see
    /// ImageStyle. kInvalidRequest when there are more or fewer placeholders than images, kBadImage and what gridOf reports.
    static Result<PromptLayout> make(std::vector<TokenId> tokens, std::span<const ImagePtr> images, TokenId placeholder,
                                     const GridOf &gridOf, bool gridPositions);
    /// Text alone, or pictures that take no place.
    static PromptLayout ofText(std::vector<TokenId> tokens);

    int size() const { return static_cast<int>(m_tokens.size()); }
    const std::vector<TokenId> &tokens() const { return m_tokens; }
    /// What each place shows: its token, or for a row of a picture a number below zero that tells picture and row. Two prompts agree up to
    /// where these differ.
    const std::vector<TokenId> &shown() const { return m_shown; }
    const std::vector<Picture> &pictures() const { return m_pictures; }

    /// Rows of the pictures among places first .. first + count - 1, counted from `first`; `memories` has one entry for each picture.
    std::vector<ImageRows> rows(int first, int count, std::span<const std::shared_ptr<const ImageMemory>> memories) const;
    /// [3, count] time, row and column of the same places, which may lie behind the prompt, where text goes on; empty when each place is
    /// its own position.
    std::vector<std::int32_t> positions(int first, int count) const;
    /// Those of the `count` places, and of `text` tokens of text behind them in place of what the prompt has there.
    std::vector<std::int32_t> positionsBeforeText(int first, int count, int text) const;

private:
    void addText(TokenId token);
    void addPicture(Picture picture, TokenId placeholder);

    std::vector<TokenId> m_tokens;
    std::vector<TokenId> m_shown;
    std::vector<Picture> m_pictures;
    bool m_gridPositions = false;
    std::vector<std::int32_t> m_streams[3]; ///< time, row, column of each place
    std::int32_t m_next = 0;                ///< position of what follows
};

} // namespace conclave::engine
