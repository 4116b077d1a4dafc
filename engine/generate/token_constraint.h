#pragma once

#include "engine/text/tokenizer.h"

#include <cstdint>
#include <span>

namespace conclave::engine
{

/// What may come next: a grammar over tokens. One object for one answer; engine thread only.
class TokenConstraint
{
public:
    virtual ~TokenConstraint() = default;

    /// A bit for each token of the vocabulary: token t is allowed when bit t % 64 of word t / 64 is set.
    /// Valid until the next `accept`. Never all zero before `finished`.
    virtual std::span<const std::uint64_t> allowed() const = 0;
    /// Takes the chosen token. False, and nothing changes, when it is not allowed here.
    virtual bool accept(TokenId token) = 0;
    /// The answer is complete; nothing may follow.
    virtual bool finished() const = 0;
};

/// Whether `mask` allows `token`; tokens outside of the mask are not allowed.
inline bool isAllowed(std::span<const std::uint64_t> mask, TokenId token)
{
    const auto at = static_cast<std::size_t>(token);
    return token >= 0 && at / 64 < mask.size() && ((mask[at / 64] >> (at % 64)) & 1U) != 0;
}

} // namespace conclave::engine
