#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Splits text into the pieces that byte-level BPE merges within. Immutable, thread-safe.
class PreTokenizer
{
public:
    using Take = std::function<void(std::string_view)>;

    /// `name` as in tokenizer.ggml.pre. kUnsupportedType for one that this build does not know.
    static Result<PreTokenizer> create(std::string_view name);

    PreTokenizer(PreTokenizer &&) noexcept;
    PreTokenizer &operator=(PreTokenizer &&) noexcept;
    ~PreTokenizer();

    /// Gives the pieces of `text` in order; joined they are the text. Bytes that are no valid UTF-8 become pieces of their own.
    void split(std::string_view text, const Take &take) const;

    /// A piece that is a token as a whole is taken without merging (Llama 3's rule).
    bool ignoresMerges() const { return m_ignoresMerges; }
    /// Tokens are in the order of their ranks, so that a file may leave out the merges.
    bool ranksById() const { return m_ranksById; }
    /// BOS is added where the file does not say.
    bool addsBos() const { return m_addsBos; }

private:
    class Pattern;
    PreTokenizer();

    /// Splits by the patterns from `pattern` on; `match` is PCRE2's memory.
    void splitFrom(std::size_t pattern, std::string_view text, void *match, const Take &take) const;

    std::vector<Pattern> m_patterns; ///< applied in turn, each within the pieces of the one before
    bool m_ignoresMerges = false;
    bool m_ranksById = false;
    bool m_addsBos = false;
};

} // namespace conclave::engine
