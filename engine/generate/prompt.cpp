#include "engine/generate/prompt.h"

namespace conclave::engine
{
namespace
{

/// The chart reader is asked by its picture alone.
class ChartFormat final : public PromptFormat
{
public:
    explicit ChartFormat(const Tokenizer &tokenizer) : m_tokenizer(tokenizer) {}
    Result<std::vector<TokenId>> tokens(std::span<const Message>) const override { return std::vector<TokenId>{m_tokenizer.bos()}; }

private:
    const Tokenizer &m_tokenizer;
};

/// Without a template the model continues the text: what was said, a paragraph each.
class PlainFormat final : public PromptFormat
{
public:
    explicit PlainFormat(const Tokenizer &tokenizer) : m_tokenizer(tokenizer) {}

    Result<std::vector<TokenId>> tokens(std::span<const Message> messages) const override
    {
        std::string text;
        for (const Message &message : messages)
            text += (text.empty() ? "" : "\n\n") + message.text;
        std::vector<TokenId> tokens;
        if (m_tokenizer.addsBos() && m_tokenizer.bos() >= 0)
            tokens.push_back(m_tokenizer.bos());
        const std::vector<TokenId> encoded = m_tokenizer.encode(text, false);
        tokens.insert(tokens.end(), encoded.begin(), encoded.end());
        return tokens;
    }

private:
    const Tokenizer &m_tokenizer;
};

} // namespace

Result<std::unique_ptr<PromptFormat>> loadPromptFormat(const GgufFile &file, const ModelInfo &info, const Tokenizer &tokenizer)
{
    if (info.readsCharts) {
        if (tokenizer.bos() < 0)
            return Error{ErrorCode::kBadMetadata,
                         "The model file \"" + file.name() + "\" is not complete: it has no value for tokenizer.ggml.bos_token_id.",
                         "tokenizer.ggml.bos_token_id"};
        return std::unique_ptr<PromptFormat>(std::make_unique<ChartFormat>(tokenizer));
    }
    return std::unique_ptr<PromptFormat>(std::make_unique<PlainFormat>(tokenizer));
}

} // namespace conclave::engine
