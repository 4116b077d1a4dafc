#include "engine/generate/prompt.h"

#include "engine/chat/chat_template.h"
#include "engine/generate/chart_prompt.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// The chart reader is given what was read of a picture before and a question, if any: the picture comes over the bridges.
class ChartFormat final : public PromptFormat
{
public:
    explicit ChartFormat(const Tokenizer &tokenizer) : m_tokenizer(tokenizer) {}
    Result<std::vector<TokenId>> tokens(std::span<const Message> messages) const override
    {
        std::vector<TokenId> out = chartPrompt(messages, m_tokenizer).given();
        out.insert(out.begin(), m_tokenizer.bos());
        return out;
    }

private:
    const Tokenizer &m_tokenizer;
};

/// The model's chat template, or the plain form for a model without one.
class ChatFormat final : public PromptFormat
{
public:
    explicit ChatFormat(ChatTemplate chat) : m_chat(std::move(chat)) {}

    AnswerFormat answerFormat() const override { return m_chat.answerFormat(); }
    Result<std::vector<TokenId>> tokens(std::span<const Message> messages) const override
    {
        auto encoded = m_chat.encode(messages);
        if (encoded || std::all_of(messages.begin(), messages.end(), [](const Message &message) { return message.images.empty(); }))
            return encoded;
        Error error = encoded.takeError();
        error.message = "The conversation's pictures have no place in the model's chat template. " + error.message;
        return error;
    }

    /// A base model has no end of turn: it would go on with the next question itself.
    std::vector<std::string> stopStrings() const override
    {
        return m_chat.fromModel() ? std::vector<std::string>{} : std::vector<std::string>{"\nUser:"};
    }

private:
    ChatTemplate m_chat;
};

} // namespace

Result<std::unique_ptr<PromptFormat>> loadPromptFormat(const GgufFile &file, const ModelInfo &info, const Tokenizer &tokenizer,
                                                       const ImageStyle &images)
{
    if (info.readsCharts) {
        if (tokenizer.bos() < 0)
            return Error{ErrorCode::kBadMetadata,
                         "The model file \"" + file.name() + "\" is not complete: it has no value for tokenizer.ggml.bos_token_id.",
                         "tokenizer.ggml.bos_token_id"};
        return std::unique_ptr<PromptFormat>(std::make_unique<ChartFormat>(tokenizer));
    }
    auto chat = ChatTemplate::load(file, tokenizer, {std::string(images.placeholder), std::string(images.written)});
    if (!chat)
        return chat.takeError();
    return std::unique_ptr<PromptFormat>(std::make_unique<ChatFormat>(std::move(*chat)));
}

} // namespace conclave::engine
