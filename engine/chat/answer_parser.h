#pragma once

#include "engine/api/types.h"
#include "engine/chat/answer_format.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace conclave::engine
{

struct VisibleText
{
    std::string text;
};

struct ReasoningText
{
    std::string text;
};

/// A part of an answer. Neighbours of one kind belong together.
using AnswerPart = std::variant<VisibleText, ReasoningText, ToolCall>;
using AnswerPartSink = std::function<void(AnswerPart &&)>;

/// Takes the text of an answer apart while it streams: reasoning, what is said, tool calls. Marks are taken out, with the white space
/// that sets reasoning and calls off. Only what may become a mark or a call is held back. A call that cannot be read comes as visible
/// text, marks included: nothing is lost. The parts do not depend on how the text was cut into pushes.
class AnswerParser
{
public:
    /// `inReasoning`: the prompt opened it.
    static std::unique_ptr<AnswerParser> create(const AnswerFormat &format, bool inReasoning);
    /// Of an answer that goes on: something was said before, so that no reasoning follows and white space counts.
    static std::unique_ptr<AnswerParser> continued(const AnswerFormat &format);

    virtual ~AnswerParser() = default;

    virtual void push(std::string_view text, const AnswerPartSink &sink) = 0;
    /// The answer has ended: gives what was held back.
    virtual void finish(const AnswerPartSink &sink) = 0;
};

} // namespace conclave::engine
