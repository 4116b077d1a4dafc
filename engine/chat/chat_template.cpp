#include "engine/chat/chat_template.h"

#include "engine/text/byte_trie.h"
#include "engine/text/utf8.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace conclave::engine
{

namespace
{

/// Cuts the spelling of a control token apart wherever a message holds one, so that tokenizing cannot find it. No UTF-8 has this byte.
constexpr char kCut = '\xFA';

const char *roleName(Role role)
{
    switch (role) {
    case Role::kSystem:
        return "system";
    case Role::kUser:
        return "user";
    case Role::kAssistant:
        break;
    }
    return "assistant";
}

/// Valid UTF-8: broken bytes become U+FFFD.
std::string wholeCharacters(std::string_view text)
{
    StreamDecoder decoder;
    std::string out = decoder.push(text);
    return out += decoder.flush();
}

std::string plainPrompt(std::span<const Message> messages, std::span<const std::string> texts, const std::string &writtenImage,
                        bool addGenerationPrompt)
{
    std::string out;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Role role = messages[i].role;
        out += role == Role::kSystem ? "" : role == Role::kUser ? "User: " : "Assistant: ";
        for (std::size_t image = 0; image < messages[i].images.size(); ++image)
            out += writtenImage;
        out += texts[i] + "\n\n";
    }
    return addGenerationPrompt ? out + "Assistant:" : out;
}

/// The text, or with pictures the list of parts.
nlohmann::ordered_json contentOf(const Message &message, const std::string &text)
{
    if (message.images.empty()) {
        return text;
    }
    nlohmann::ordered_json parts = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < message.images.size(); ++i) {
        parts.push_back({{"type", "image"}});
    }
    parts.push_back({{"type", "text"}, {"text", text}});
    return parts;
}

/// The prompt up to the end of the last answer's text. Templates take white space off its ends: what follows it is put back.
Result<std::string> cutBehindAnswer(std::string prompt, std::string_view answer)
{
    constexpr std::string_view kSpaces = " \n\r\t";
    const std::size_t first = answer.find_first_not_of(kSpaces);
    const std::size_t last = answer.find_last_not_of(kSpaces);
    const std::size_t at = first == std::string_view::npos ? std::string::npos : prompt.rfind(answer.substr(first, last + 1 - first));
    if (at == std::string::npos)
        return Error{
            ErrorCode::kInvalidRequest,
            "This model cannot go on with an answer that was broken off: its chat template changes what was said. Ask again instead.",
            "the template's output does not hold the answer"};
    prompt.resize(at + last + 1 - first);
    return prompt += answer.substr(last + 1);
}

} // namespace

bool endsWithAnswer(std::span<const Message> messages)
{
    return !messages.empty() && messages.back().role == Role::kAssistant && !messages.back().text.empty();
}

ChatTemplate::ChatTemplate(std::optional<Template> parsed, const Tokenizer &tokenizer, const ImageTexts &images)
    : m_template(std::move(parsed)), m_tokenizer(&tokenizer), m_writtenImage(images.written)
{
    if (!images.placeholder.empty()) {
        m_controlTexts.emplace_back(images.placeholder); // whatever its type is
    }
    for (TokenId id = 0; id < tokenizer.size(); ++id) {
        const TokenType type = tokenizer.type(id);
        if (type == TokenType::kControl || type == TokenType::kUnknown) {
            m_controlTexts.push_back(tokenizer.piece(id));
        }
    }
}

Result<ChatTemplate> ChatTemplate::load(const GgufFile &file, const Tokenizer &tokenizer, const ImageTexts &images)
{
    auto source = file.string("tokenizer.chat_template");
    if (!source) {
        return source.takeError();
    }
    auto loaded = fromSource(std::move(*source), tokenizer, images);
    if (!loaded) {
        Error error = loaded.takeError();
        error.context = file.name() + ": tokenizer.chat_template " + error.context;
        return error;
    }
    return loaded;
}

Result<ChatTemplate> ChatTemplate::fromSource(std::optional<std::string> source, const Tokenizer &tokenizer, const ImageTexts &images)
{
    if (!source) {
        return ChatTemplate(std::nullopt, tokenizer, images);
    }
    auto parsed = Template::parse(*source);
    if (!parsed) {
        return parsed.takeError();
    }
    ChatTemplate made(std::move(*parsed), tokenizer, images);
    made.m_answerFormat = AnswerFormat::detect(*source);
    return made;
}

Result<std::string> ChatTemplate::render(std::span<const Message> messages, bool addGenerationPrompt) const
{
    std::vector<std::string> texts;
    for (const Message &message : messages) {
        texts.push_back(wholeCharacters(message.text));
    }
    return renderTexts(messages, texts, addGenerationPrompt);
}

Result<std::string> ChatTemplate::renderTexts(std::span<const Message> messages, std::span<const std::string> texts,
                                              bool addGenerationPrompt) const
{
    if (!m_template) {
        return plainPrompt(messages, texts, m_writtenImage, addGenerationPrompt);
    }
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        list.push_back({{"role", roleName(messages[i].role)}, {"content", contentOf(messages[i], texts[i])}});
    }
    const auto text = [this](TokenId id) { return id < 0 ? std::string() : m_tokenizer->piece(id); };
    nlohmann::ordered_json variables = {{"messages", std::move(list)},
                                        {"add_generation_prompt", addGenerationPrompt},
                                        {"bos_token", text(m_tokenizer->bos())},
                                        {"eos_token", text(m_tokenizer->eos())}};
    return m_template->render(variables, localNow());
}

Result<std::vector<TokenId>> ChatTemplate::encode(std::span<const Message> messages, bool addGenerationPrompt) const
{
    ByteTrie controls;
    for (std::size_t i = 0; i < m_controlTexts.size(); ++i) {
        if (!m_controlTexts[i].empty()) {
            controls.add(m_controlTexts[i], static_cast<std::int32_t>(i));
        }
    }
    std::vector<std::string> texts;
    for (const Message &message : messages) {
        const std::string whole = wholeCharacters(message.text);
        std::string cut;
        for (std::size_t at = 0; at < whole.size();) {
            const bool spelled = controls.longest(std::string_view(whole).substr(at)).value >= 0;
            const std::size_t size = utf8::first(std::string_view(whole).substr(at)).size;
            cut += whole.substr(at, size);
            if (spelled) {
                cut += kCut;
            }
            at += size;
        }
        texts.push_back(std::move(cut));
    }
    const bool goesOn = addGenerationPrompt && endsWithAnswer(messages);
    auto prompt = renderTexts(messages, texts, addGenerationPrompt && !goesOn);
    if (prompt && goesOn) {
        prompt = cutBehindAnswer(std::move(*prompt), texts.back());
    }
    if (!prompt) {
        return prompt.takeError();
    }
    std::vector<TokenId> out;
    std::string_view rest = *prompt;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(kCut), rest.size());
        const std::vector<TokenId> ids = m_tokenizer->encode(rest.substr(0, end), true);
        out.insert(out.end(), ids.begin(), ids.end());
        rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    const bool begins = !out.empty() && out.front() == m_tokenizer->bos();
    if (m_tokenizer->addsBos() && !begins) {
        out.insert(out.begin(), m_tokenizer->bos());
    }
    return out;
}

} // namespace conclave::engine
