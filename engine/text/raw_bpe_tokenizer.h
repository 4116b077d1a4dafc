#pragma once

#include "engine/text/bpe_merges.h"
#include "engine/text/space_cuts.h"

namespace conclave::engine
{

/// Byte-pair encoding on characters with byte fallback (tokenizer.ggml.model "gemma4"): spaces become U+2581, text is split where lines
/// break, a run of breaks that is a token stays whole, everything else is merged by rank; characters that no token covers become bytes.
class RawBpeTokenizer final : public VocabularyTokenizer
{
public:
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile &file);

    std::string piece(TokenId id) const override;
    std::string decode(std::span<const TokenId> ids) const override;

protected:
    void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const override;

private:
    explicit RawBpeTokenizer(Vocabulary vocabulary) : VocabularyTokenizer(std::move(vocabulary)) {}

    void encodeWord(std::string_view word, PairMerger::Scratch &scratch, std::vector<TokenId> &out) const;
    void emit(std::int32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const;

    BpeMerges m_merges{vocabulary()};
    SpaceCuts m_cuts;
};

} // namespace conclave::engine
