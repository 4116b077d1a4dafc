#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"
#include "engine/text/tokenizer.h"

#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// From a conversation to the tokens that a model continues. Immutable.
class PromptFormat
{
public:
    virtual ~PromptFormat() = default;
    virtual Result<std::vector<TokenId>> tokens(std::span<const Message> messages) const = 0;
};

/// The format of `file`: its chat template, or for a model without one its text as it stands. The tokenizer outlives the format.
/// Errors: kBadMetadata for a template that cannot be read.
Result<std::unique_ptr<PromptFormat>> loadPromptFormat(const GgufFile &file, const ModelInfo &info, const Tokenizer &tokenizer);

} // namespace conclave::engine
