#include "engine/chat/answer_parser.h"

#include "engine/chat/harmony_answer.h"
#include "engine/chat/tagged_answer.h"

namespace conclave::engine
{

std::unique_ptr<AnswerParser> AnswerParser::create(const AnswerFormat &format, bool inReasoning)
{
    if (format.harmony) {
        return std::make_unique<HarmonyAnswer>();
    }
    return std::make_unique<TaggedAnswer>(format, inReasoning && !format.reasoningClose.empty());
}

std::unique_ptr<AnswerParser> AnswerParser::continued(const AnswerFormat &format)
{
    if (format.harmony) {
        return std::make_unique<HarmonyAnswer>(HarmonyAnswer::kContinued);
    }
    return std::make_unique<TaggedAnswer>(format, TaggedAnswer::kContinued);
}

} // namespace conclave::engine
