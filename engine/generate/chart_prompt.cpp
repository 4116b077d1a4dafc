#include "engine/generate/chart_prompt.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace conclave::engine
{

namespace
{

constexpr std::size_t kLongestTag = 24;  ///< bytes of a control token
constexpr std::size_t kLongestWord = 64; ///< bytes of another

/// The control token at the start of `text`, or -1.
TokenId tagAt(std::string_view text, const Tokenizer &tokenizer)
{
    const std::size_t end = text.front() == '<' ? text.substr(0, kLongestTag).find('>') : std::string_view::npos;
    const TokenId id = end == std::string_view::npos ? -1 : tokenizer.find(text.substr(0, end + 1));
    return id >= 0 && tokenizer.type(id) == TokenType::kControl ? id : -1;
}

/// The longest word at the start of `text`, or -1.
TokenId wordAt(std::string_view text, const Tokenizer &tokenizer)
{
    for (std::size_t size = std::min(kLongestWord, text.size()); size > 0; --size) {
        const TokenId id = tokenizer.find(text.substr(0, size));
        if (id >= 0 && tokenizer.type(id) == TokenType::kNormal) {
            return id;
        }
    }
    return -1;
}

/// The tokens of a written table, to its <end>; none where that is missing.
std::vector<TokenId> tableOf(const std::string &written, const Tokenizer &tokenizer)
{
    const std::size_t end = written.find("<end>");
    if (!written.starts_with("<chart:") || end == std::string::npos) {
        return {};
    }
    return writtenTokens(written.substr(0, end + std::string_view("<end>").size()), tokenizer);
}

std::vector<TokenId> questionOf(const std::string &text, const Tokenizer &tokenizer)
{
    const TokenId ask = tokenizer.find("<ask>");
    if (ask < 0 || text.empty()) {
        return {};
    }
    std::vector<TokenId> tokens = tokenizer.encode(text, false);
    tokens.insert(tokens.begin(), ask);
    tokens.push_back(tokenizer.find("<answer>"));
    return tokens;
}

} // namespace

std::vector<TokenId> writtenTokens(std::string_view text, const Tokenizer &tokenizer)
{
    const std::string escaped = utf8::replaceAll(text, " ", utf8::kSpaceMark);
    std::vector<TokenId> out;
    for (std::string_view rest = escaped; !rest.empty();) {
        TokenId id = tagAt(rest, tokenizer);
        if (id < 0) {
            id = wordAt(rest, tokenizer);
        }
        if (id < 0) {
            id = tokenizer.find(fmt::format("<0x{:02X}>", static_cast<unsigned char>(rest.front())));
            rest.remove_prefix(1);
        } else {
            rest.remove_prefix(tokenizer.type(id) == TokenType::kControl
                                   ? rest.find('>') + 1
                                   : utf8::replaceAll(tokenizer.piece(id), " ", utf8::kSpaceMark).size());
        }
        out.push_back(id);
    }
    return out;
}

std::vector<TokenId> ChartPrompt::given() const
{
    std::vector<TokenId> out = table;
    if (image == nullptr || !table.empty()) {
        out.insert(out.end(), question.begin(), question.end());
    }
    return out;
}

ChartPrompt chartPrompt(std::span<const Message> messages, const Tokenizer &tokenizer)
{
    ChartPrompt prompt;
    const bool asks = tokenizer.find("<ask>") >= 0;
    for (const Message &message : messages) {
        if (message.role == Role::kUser && !asks) {
            prompt.image = nullptr; // every message is about its own picture
        }
        if (!message.images.empty()) {
            prompt.image = &message.images.back();
            prompt.table.clear();
        }
        if (message.role == Role::kUser) {
            prompt.question = questionOf(message.text, tokenizer);
        } else if (message.role == Role::kAssistant && prompt.image != nullptr) {
            if (auto table = tableOf(message.text, tokenizer); !table.empty()) {
                prompt.table = std::move(table);
            }
        }
    }
    return prompt;
}

} // namespace conclave::engine
