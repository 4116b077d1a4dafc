#pragma once

#include "engine/api/types.h"
#include "engine/chat/answer_format.h"
#include "engine/chat/template.h"
#include "engine/format/gguf_reader.h"
#include "engine/text/tokenizer.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace conclave::engine
{

/// How a model's prompts show a picture; empty for models that read text only.
struct ImageTexts
{
    std::string placeholder; ///< the token that stands for a picture
    std::string written;     ///< all of a picture in the plain form; holds the placeholder once
};

/// From a conversation to what the model is to continue: the model file's template, or a plain form for a model without one.
/// Immutable; the tokenizer outlives it.
class ChatTemplate
{
public:
    /// Reads tokenizer.chat_template. kBadMetadata for a template that cannot be read.
    static Result<ChatTemplate> load(const GgufFile &file, const Tokenizer &tokenizer, const ImageTexts &images = {});
    /// The same from a source; none: the plain form.
    static Result<ChatTemplate> fromSource(std::optional<std::string> source, const Tokenizer &tokenizer, const ImageTexts &images = {});

    /// The text of the prompt, with the beginning of the model's answer when `addGenerationPrompt`.
    /// kInvalidRequest for a conversation that the template refuses (two turns of one side, say).
    Result<std::string> render(std::span<const Message> messages, bool addGenerationPrompt = true) const;

    /// The prompt's tokens. Control tokens come from the template only: what is written in a message never becomes one. The content of a
    /// message with pictures is a list of parts, as templates of models that see expect it: its pictures, then its text.
    /// With `addGenerationPrompt`, a last message of the assistant is left open behind its text, to be gone on with; kInvalidRequest when
    /// the template does not show that text as it is.
    Result<std::vector<TokenId>> encode(std::span<const Message> messages, bool addGenerationPrompt = true) const;

    /// False for the plain form.
    bool fromModel() const { return m_template.has_value(); }
    /// How the model writes its answers.
    const AnswerFormat &answerFormat() const { return m_answerFormat; }

private:
    ChatTemplate(std::optional<Template> parsed, const Tokenizer &tokenizer, const ImageTexts &images);

    Result<std::string> renderTexts(std::span<const Message> messages, std::span<const std::string> texts, bool addGenerationPrompt) const;

    std::optional<Template> m_template;
    AnswerFormat m_answerFormat;
    const Tokenizer *m_tokenizer;
    std::string m_writtenImage;              ///< of the plain form
    std::vector<std::string> m_controlTexts; ///< of all tokens that text must not become
};

/// The last message is the assistant's own, with text: that text goes on.
bool endsWithAnswer(std::span<const Message> messages);

} // namespace conclave::engine
