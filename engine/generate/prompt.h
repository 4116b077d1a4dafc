#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"
#include "engine/chat/answer_format.h"
#include "engine/text/tokenizer.h"
#include "engine/vision/image_grid.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace conclave::engine
{

/// From a conversation to the tokens that a model continues. Immutable.
class PromptFormat
{
public:
    virtual ~PromptFormat() = default;
    virtual Result<std::vector<TokenId>> tokens(std::span<const Message> messages) const = 0;
    /// Texts that end an answer besides those asked for.
    virtual std::vector<std::string> stopStrings() const { return {}; }
    /// How answers are written.
    virtual AnswerFormat answerFormat() const { return {}; }
};

/// The format of `file`: the chart reader's, its chat template, or the plain form for a model without one. The tokenizer outlives it.
/// `images`: how pictures stand in its prompts; the tokens hold one placeholder for each picture, in order.
/// Errors: kBadMetadata for a template that cannot be read.
Result<std::unique_ptr<PromptFormat>> loadPromptFormat(const GgufFile &file, const ModelInfo &info, const Tokenizer &tokenizer,
                                                       const ImageStyle &images);

} // namespace conclave::engine
