#pragma once

#include "engine/base/result.h"
#include "engine/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace conclave::engine
{

/// Tokens of the chart format and the classes text is made of, looked up once. Immutable, shared by the grammars of all answers.
struct ChartTokens
{
    using Mask = std::vector<std::uint64_t>; ///< as TokenConstraint::allowed
    static void set(Mask &mask, TokenId token)
    {
        mask[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (static_cast<std::size_t>(token) % 64);
    }

    /// kBadMetadata (naming the token) for a vocabulary that lacks one of the format's.
    static Result<std::shared_ptr<const ChartTokens>> prepare(const Tokenizer &tokenizer);

    enum Chart
    {
        kBar,
        kHbar,
        kLine,
        kPie,
        kChartKinds,
    };
    static constexpr int kFields = 4;

    std::size_t words = 0;
    std::array<TokenId, kChartKinds> charts{};
    std::array<TokenId, kFields> fields{}; ///< title, xlabel, ylabel, unit
    TokenId cal = -1, series = -1, row = -1, na = -1, end = -1, summary = -1, eos = -1;
    TokenId point = -1, name = -1; ///< <pt>, <name>
    TokenId minus = -1, dot = -1;
    std::vector<TokenId> xs, ys; ///< places
    std::vector<TokenId> citedSeries, citedRows;
    Mask xMask, yMask;
    Mask citations; ///< all but <name>: they need a value
    Mask digits;
    Mask text, textNoLead;   ///< between characters; NoLead: without bytes that begin a longer one
    Mask prose, proseNoLead; ///< the same without digits
    std::array<TokenId, 256> bytes{};
    std::vector<std::string> pieces; ///< bytes a text token stands for; empty for others
};

} // namespace conclave::engine
