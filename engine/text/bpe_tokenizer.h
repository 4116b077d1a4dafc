#pragma once

#include "engine/text/bpe_merges.h"
#include "engine/text/pre_tokenizer.h"

#include <array>

namespace conclave::engine
{

/// Byte-level byte-pair encoding (tokenizer.ggml.model "gpt2"): text is split by the pre-tokenizer, each piece starts as its bytes,
/// and the adjacent pair with the lowest merge rank is joined until none is left. O(n log n) in the length of a piece; a piece that the
/// text has several times is merged once.
class BpeTokenizer final : public VocabularyTokenizer
{
public:
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile &file);

    std::string piece(TokenId id) const override;
    std::string decode(std::span<const TokenId> ids) const override;

protected:
    void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const override;

private:
    BpeTokenizer(Vocabulary vocabulary, PreTokenizer preTokenizer);

    void deriveMerges();
    void spell(std::string_view word, PairMerger::Scratch &scratch) const;
    void encodeWord(std::string_view word, PairMerger::Scratch &scratch, std::vector<TokenId> &out) const;
    void emit(std::int32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const;
    bool encodeWhole(std::string_view word, std::vector<TokenId> &out) const;

    PreTokenizer m_preTokenizer;
    BpeMerges m_merges{vocabulary()};
    std::array<std::int32_t, 256> m_byteSymbols{};
};

} // namespace conclave::engine
