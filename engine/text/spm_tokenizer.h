#pragma once

#include "engine/text/space_cuts.h"
#include "engine/text/vocabulary.h"

namespace conclave::engine
{

/// SentencePiece byte-pair encoding with byte fallback (tokenizer.ggml.model "llama"): text starts as characters, and the adjacent
/// pair that is a token with the highest score is joined until none is left. O(n log n).
class SpmTokenizer final : public VocabularyTokenizer
{
public:
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile &file);

    std::string piece(TokenId id) const override;
    std::string decode(std::span<const TokenId> ids) const override;

protected:
    void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const override;

private:
    struct Merging;

    explicit SpmTokenizer(Vocabulary vocabulary);

    Result<Done> loadScores(const GgufFile &file);
    void emit(std::string_view symbol, std::vector<TokenId> &out) const;
    TokenId plainToken(std::string_view text) const;

    std::vector<float> m_scores;
    std::size_t m_longest = 0; ///< bytes of the longest token
    SpaceCuts m_cuts;
    bool m_addsSpacePrefix = true;
};

} // namespace conclave::engine
