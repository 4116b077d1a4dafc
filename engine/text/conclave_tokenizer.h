#pragma once

#include "engine/text/vocabulary.h"

namespace conclave::engine
{

/// The tokenizer of our own model (training/MODEL.md, "Tokenizer"): spaces become U+2581, one is put in front of the text, then the
/// longest token is taken again and again; characters no token covers become bytes. Linear.
class ConclaveTokenizer final : public VocabularyTokenizer
{
public:
    static Result<std::unique_ptr<Tokenizer>> load(const GgufFile &file);

    /// As VocabularyTokenizer's, except that the space in front comes even before an empty text.
    std::vector<TokenId> encode(std::string_view text, bool parseSpecial) const override;
    std::string piece(TokenId id) const override;
    std::string decode(std::span<const TokenId> ids) const override;

protected:
    void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const override;

private:
    explicit ConclaveTokenizer(Vocabulary vocabulary);

    ByteTrie m_normal;
};

} // namespace conclave::engine
