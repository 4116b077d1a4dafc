#include "engine/text/conclave_tokenizer.h"

#include "engine/text/utf8.h"

namespace conclave::engine
{

ConclaveTokenizer::ConclaveTokenizer(Vocabulary vocabulary) : VocabularyTokenizer(std::move(vocabulary))
{
    for (TokenId id = 0; id < size(); ++id) {
        const std::string &text = this->vocabulary().text(id);
        if (type(id) == TokenType::kNormal && !text.empty()) {
            m_normal.add(text, id);
        }
    }
}

Result<std::unique_ptr<Tokenizer>> ConclaveTokenizer::load(const GgufFile &file)
{
    auto vocabulary = Vocabulary::load(file, {true});
    if (!vocabulary) {
        return vocabulary.takeError();
    }
    for (int byte = 0; byte < 256; ++byte) {
        if (vocabulary->byteToken(static_cast<unsigned char>(byte)) < 0) {
            return badTokenizerKey(file, "tokenizer.ggml.tokens", "lacks some of the 256 byte tokens");
        }
    }
    return std::unique_ptr<Tokenizer>(new ConclaveTokenizer(std::move(*vocabulary)));
}

std::vector<TokenId> ConclaveTokenizer::encode(std::string_view text, bool parseSpecial) const
{
    std::vector<TokenId> out = VocabularyTokenizer::encode(text, parseSpecial);
    if (text.empty()) {
        encodePlain(text, true, out);
    }
    return out;
}

void ConclaveTokenizer::encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const
{
    std::string escaped = utf8::replaceAll(text, " ", utf8::kSpaceMark);
    if (atStart) {
        escaped.insert(0, utf8::kSpaceMark);
    }
    std::string_view rest = escaped;
    while (!rest.empty()) {
        ByteTrie::Match match = m_normal.longest(rest);
        if (match.value >= 0) {
            out.push_back(match.value);
        } else {
            match.size = utf8::first(rest).size;
            for (const char byte : rest.substr(0, match.size)) {
                out.push_back(vocabulary().byteToken(static_cast<unsigned char>(byte)));
            }
        }
        rest.remove_prefix(match.size);
    }
}

std::string ConclaveTokenizer::piece(TokenId id) const
{
    if (!vocabulary().contains(id)) {
        return {};
    }
    if (const int byte = vocabulary().byteOf(id); byte >= 0) {
        return std::string(1, static_cast<char>(byte));
    }
    const std::string &text = vocabulary().text(id);
    return vocabulary().isSpecial(id) ? text : utf8::replaceAll(text, utf8::kSpaceMark, " ");
}

std::string ConclaveTokenizer::decode(std::span<const TokenId> ids) const
{
    std::string out;
    for (const TokenId id : ids) {
        out += piece(id);
    }
    if (out.starts_with(' ')) {
        out.erase(0, 1);
    }
    return out;
}

} // namespace conclave::engine
