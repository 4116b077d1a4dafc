#include "engine/text/vocabulary.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace conclave::engine
{

namespace
{

constexpr const char *kTokensKey = "tokenizer.ggml.tokens";
constexpr const char *kTypesKey = "tokenizer.ggml.token_type";

/// Control tokens that end a turn in the families we know, whether or not the file names them.
constexpr std::string_view kEndNames[] = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|eom_id|>",
    "<end_of_turn>",
    "<turn|>",
    "<|tool_response>",
    "<EOT>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|end_of_turn|>",
    "<|eot|>",
    "<\xEF\xBD\x9C"
    "end\xE2\x96\x81of\xE2\x96\x81sentence"
    "\xEF\xBD\x9C>",
    "<|fim_pad|>",
    "<fim_pad>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|user|>",
    "<|observation|>",
    "[EOT]",
};

/// Value of "<0xXX>", or -1.
int parseByteToken(std::string_view text)
{
    if (text.size() != 6 || !text.starts_with("<0x") || text[5] != '>') {
        return -1;
    }
    int value = 0;
    for (const char c : text.substr(3, 2)) {
        const bool digit = c >= '0' && c <= '9';
        const bool upper = c >= 'A' && c <= 'F';
        if (!digit && !upper && !(c >= 'a' && c <= 'f')) {
            return -1;
        }
        value = value * 16 + (digit ? c - '0' : 10 + (c - (upper ? 'A' : 'a')));
    }
    return value;
}

} // namespace

Error badTokenizerKey(const GgufFile &file, std::string_view key, std::string_view what)
{
    return {ErrorCode::kBadMetadata,
            fmt::format("The tokenizer of the model file \"{}\" cannot be used: its metadata key \"{}\" {}. "
                        "Download it again, or choose another conversion of the model.",
                        file.name(), key, what),
            {}};
}

Result<Vocabulary> Vocabulary::load(const GgufFile &file, Defaults defaults)
{
    Vocabulary vocabulary;
    if (auto done = vocabulary.loadTokens(file); !done) {
        return done.takeError();
    }
    if (auto done = vocabulary.loadTypes(file); !done) {
        return done.takeError();
    }
    vocabulary.index();
    if (auto done = vocabulary.loadSpecialIds(file, defaults); !done) {
        return done.takeError();
    }
    return vocabulary;
}

Result<Done> Vocabulary::loadTokens(const GgufFile &file)
{
    auto tokens = file.strings(kTokensKey);
    if (!tokens) {
        return tokens.takeError();
    }
    if (!*tokens || (*tokens)->empty()) {
        return badTokenizerKey(file, kTokensKey, "is missing or empty");
    }
    constexpr std::size_t kMost = 1U << 24;
    if ((*tokens)->size() > kMost) {
        return badTokenizerKey(file, kTokensKey, "has too many entries");
    }
    m_tokens = std::move(**tokens);
    return Done{};
}

Result<Done> Vocabulary::loadTypes(const GgufFile &file)
{
    auto types = file.integers(kTypesKey);
    if (!types) {
        return types.takeError();
    }
    m_types.assign(m_tokens.size(), TokenType::kNormal);
    if (!*types) {
        return Done{};
    }
    if ((*types)->size() != m_tokens.size()) {
        return badTokenizerKey(file, kTypesKey, fmt::format("has {} entries for {} tokens", (*types)->size(), m_tokens.size()));
    }
    for (std::size_t i = 0; i < m_tokens.size(); ++i) {
        const std::int64_t type = (**types)[i];
        if (type < 0 || type > static_cast<std::int64_t>(TokenType::kByte)) {
            return badTokenizerKey(file, kTypesKey, fmt::format("gives token {} the unknown type {}", i, type));
        }
        m_types[i] = type == 0 ? TokenType::kNormal : static_cast<TokenType>(type);
    }
    return Done{};
}

void Vocabulary::index()
{
    m_ids.reserve(m_tokens.size());
    m_byteTokens.fill(-1);
    for (TokenId id = 0; id < size(); ++id) {
        m_ids.emplace(text(id), id);
        if (const int byte = byteOf(id); byte >= 0) {
            m_byteTokens[static_cast<std::size_t>(byte)] = id;
        }
        if (text(id).empty()) {
            continue;
        }
        if (type(id) == TokenType::kUserDefined) {
            m_userDefined.add(text(id), id);
        }
        if (isSpecial(id)) {
            m_special.add(text(id), id);
        }
    }
}

Result<Done> Vocabulary::loadSpecialIds(const GgufFile &file, Defaults defaults)
{
    const auto read = [&file, this](const char *key, TokenId &id) -> Result<Done> {
        constexpr std::int64_t kNone = 0xFFFFFFFF; // -1 of files that store it unsigned
        auto value = file.integer(key, -1, kNone);
        if (!value) {
            return value.takeError();
        }
        if (!*value || **value == -1 || **value == kNone) {
            return Done{};
        }
        if (**value >= size()) {
            return badTokenizerKey(file, key, fmt::format("is {}, but there are only {} tokens", **value, size()));
        }
        id = static_cast<TokenId>(**value);
        return Done{};
    };
    TokenId endOfTurn = -1;
    TokenId endOfMessage = -1;
    const std::pair<const char *, TokenId *> keys[] = {
        {"tokenizer.ggml.bos_token_id", &m_bos},         {"tokenizer.ggml.eos_token_id", &m_eos},
        {"tokenizer.ggml.eot_token_id", &endOfTurn},     {"tokenizer.ggml.eom_token_id", &endOfMessage},
        {"tokenizer.ggml.unknown_token_id", &m_unknown},
    };
    for (const auto &[key, id] : keys) {
        if (auto done = read(key, *id); !done) {
            return done;
        }
    }
    auto addsBos = file.boolean("tokenizer.ggml.add_bos_token");
    if (!addsBos) {
        return addsBos.takeError();
    }
    m_addsBos = addsBos->value_or(defaults.addsBos);
    const TokenId named[] = {m_eos, endOfTurn, endOfMessage};
    markEnds(named);
    return Done{};
}

void Vocabulary::markEnds(std::span<const TokenId> named)
{
    m_ends.assign(m_tokens.size(), false);
    for (const std::string_view name : kEndNames) {
        const TokenId id = find(name);
        if (id >= 0 && type(id) == TokenType::kControl) {
            m_ends[static_cast<std::size_t>(id)] = true;
        }
    }
    // In the harmony format <|end|> only closes a message inside of an answer.
    const TokenId message = find("<|end|>");
    if (message >= 0 && find("<|return|>") >= 0 && find("<|call|>") >= 0) {
        m_ends[static_cast<std::size_t>(message)] = false;
    }
    for (const TokenId id : named) {
        if (id >= 0) {
            m_ends[static_cast<std::size_t>(id)] = true;
        }
    }
}

TokenId Vocabulary::find(std::string_view token) const
{
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

bool Vocabulary::isSpecial(TokenId id) const
{
    const TokenType kind = type(id);
    return kind == TokenType::kControl || kind == TokenType::kUnknown || kind == TokenType::kUserDefined;
}

int Vocabulary::byteOf(TokenId id) const
{
    return type(id) == TokenType::kByte ? parseByteToken(text(id)) : -1;
}

ByteTrie::Match Vocabulary::specialAt(std::string_view text, bool control) const
{
    return (control ? m_special : m_userDefined).longest(text);
}

std::size_t Vocabulary::nextSpecial(std::string_view text, std::size_t at, bool control) const
{
    const ByteTrie &trie = control ? m_special : m_userDefined;
    for (; at < text.size(); ++at) {
        if (trie.startsWith(static_cast<unsigned char>(text[at])) && trie.longest(text.substr(at)).value >= 0) {
            return at;
        }
    }
    return text.size();
}

std::vector<TokenId> VocabularyTokenizer::encode(std::string_view text, bool parseSpecial) const
{
    std::vector<TokenId> out;
    std::size_t at = 0;
    bool atStart = true;
    while (at < text.size()) {
        const std::size_t special = m_vocabulary.nextSpecial(text, at, parseSpecial);
        if (special > at) {
            encodePlain(text.substr(at, special - at), atStart, out);
            atStart = false;
        }
        at = special;
        if (at < text.size()) {
            const ByteTrie::Match match = m_vocabulary.specialAt(text.substr(at), parseSpecial);
            out.push_back(match.value);
            at += match.size;
            atStart = true;
        }
    }
    return out;
}

std::string VocabularyTokenizer::markedPiece(TokenId id) const
{
    if (!m_vocabulary.contains(id)) {
        return {};
    }
    if (const int byte = m_vocabulary.byteOf(id); byte >= 0) {
        return std::string(1, static_cast<char>(byte));
    }
    const std::string &text = m_vocabulary.text(id);
    return m_vocabulary.isSpecial(id) ? text : utf8::replaceAll(text, utf8::kSpaceMark, " ");
}

void VocabularyTokenizer::appendBytes(std::string_view bytes, std::vector<TokenId> &out) const
{
    bool lost = false;
    for (const char byte : bytes) {
        const TokenId id = m_vocabulary.byteToken(static_cast<unsigned char>(byte));
        if (id >= 0) {
            out.push_back(id);
        }
        lost = lost || id < 0;
    }
    // Control tokens never come out of text, even where a file names one as the unknown token.
    const TokenId unknown = m_vocabulary.unknown();
    if (lost && unknown >= 0 && m_vocabulary.type(unknown) != TokenType::kControl) {
        out.push_back(m_vocabulary.unknown());
    }
}

} // namespace conclave::engine
