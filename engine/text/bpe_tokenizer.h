#pragma once

#include "engine/text/pre_tokenizer.h"
#include "engine/text/vocabulary.h"

#include <array>
#include <deque>

namespace conclave::engine
{

/// Byte-level byte-pair encoding (tokenizer.ggml.model "gpt2"): text is split by the pre-tokenizer, each piece starts as its bytes,
/// and the adjacent pair with the lowest merge rank is joined until none is left. O(n log n) in the length of a piece.
class BpeTokenizer final : public VocabularyTokenizer
{
public:
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile &file);

    std::string piece(TokenId id) const override;
    std::string decode(std::span<const TokenId> ids) const override;

protected:
    void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const override;

private:
    struct Merge
    {
        std::int32_t rank = 0;
        std::int32_t symbol = 0; ///< what the pair becomes
    };
    struct Scratch;

    BpeTokenizer(Vocabulary vocabulary, PreTokenizer preTokenizer);

    Result<Done> loadMerges(const GgufFile &file);
    /// Symbols are token ids; strings that only occur in merges get numbers behind them.
    std::int32_t intern(std::string_view text);
    const Merge *mergeOf(std::int32_t left, std::int32_t right) const;
    void encodeWord(std::string_view word, Scratch &scratch, std::vector<TokenId> &out) const;
    void mergeAll(Scratch &scratch) const;
    void emit(std::int32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const;
    bool encodeWhole(std::string_view word, std::vector<TokenId> &out) const;

    PreTokenizer m_preTokenizer;
    std::unordered_map<std::uint64_t, Merge> m_merges; ///< key: left symbol, right symbol
    std::unordered_map<std::string_view, std::int32_t> m_extraSymbols;
    std::deque<std::string> m_extraTexts;
    std::array<std::int32_t, 256> m_byteSymbols{};
};

} // namespace conclave::engine
