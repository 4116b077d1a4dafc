#pragma once

#include "engine/base/result.h"

#include <memory>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Splits text into the pieces that byte-level BPE merges within. Immutable, thread-safe.
class PreTokenizer
{
public:
    /// `name` as in tokenizer.ggml.pre. kUnsupportedType for one that this build does not know.
    static Result<PreTokenizer> create(std::string_view name);

    PreTokenizer(PreTokenizer &&) noexcept;
    PreTokenizer &operator=(PreTokenizer &&) noexcept;
    ~PreTokenizer();

    /// Pieces of `text` in order; joined they are the text. Bytes that are no valid UTF-8 become pieces of their own.
    std::vector<std::string_view> split(std::string_view text) const;

    /// A piece that is a token as a whole is taken without merging (Llama 3's rule).
    bool ignoresMerges() const { return m_ignoresMerges; }
    /// BOS is added where the file does not say.
    bool addsBos() const { return m_addsBos; }

private:
    class Pattern;
    PreTokenizer();

    std::vector<Pattern> m_patterns; ///< applied in turn, each within the pieces of the one before
    bool m_ignoresMerges = false;
    bool m_addsBos = false;
};

} // namespace conclave::engine
