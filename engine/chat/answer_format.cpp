#include "engine/chat/answer_format.h"

#include "engine/chat/tool_call_syntax.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

struct ReasoningMarks
{
    std::string_view sign; ///< what a template of the family has
    std::string_view open;
    std::string_view close;
};

constexpr ReasoningMarks kReasoning[] = {
    {"<|channel>", "<|channel>thought", "<channel|>"},
    {"<seed:think>", "<seed:think>", "</seed:think>"},
    {"[THINK]", "[THINK]", "[/THINK]"},
    {"<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>"},
    {"</think>", "<think>", "</think>"},
    {"<think>", "<think>", "</think>"},
    {"</thought>", "<thought>", "</thought>"},
};

struct CallSign
{
    std::string_view sign;
    CallSyntax syntax;
};

constexpr CallSign kCalls[] = {
    {"<|tool_calls_section_begin|>", CallSyntax::kKimi},
    {marks::kDsml, CallSyntax::kDsml},
    {marks::kDeepSeekOpen, CallSyntax::kDeepSeekV3},
    {marks::kMistralOpen, CallSyntax::kMistral},
    {marks::kGemmaOpen, CallSyntax::kGemma},
    {marks::kTaggedOpen, CallSyntax::kTagged},
    {"<|python_tag|>", CallSyntax::kLlama},
    {"ipython", CallSyntax::kLlama},
};

constexpr std::string_view kHarmonyMarks[] = {"<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|constrain|>"};

} // namespace

AnswerFormat AnswerFormat::detect(std::string_view chatTemplate)
{
    const auto has = [chatTemplate](std::string_view sign) { return chatTemplate.find(sign) != std::string_view::npos; };
    AnswerFormat format;
    if (has("<|channel|>") && has("<|message|>")) {
        format.harmony = true;
        return format;
    }
    const auto *reasoning = std::find_if(std::begin(kReasoning), std::end(kReasoning), [&](const auto &row) { return has(row.sign); });
    if (reasoning != std::end(kReasoning)) {
        format.reasoningOpen = reasoning->open;
        format.reasoningClose = reasoning->close;
    }
    const auto *call = std::find_if(std::begin(kCalls), std::end(kCalls), [&](const auto &row) { return has(row.sign); });
    if (call != std::end(kCalls)) {
        format.calls = call->syntax;
    }
    return format;
}

std::vector<std::string> AnswerFormat::marks() const
{
    if (harmony) {
        return {std::begin(kHarmonyMarks), std::end(kHarmonyMarks)};
    }
    std::vector<std::string> out;
    if (!reasoningOpen.empty()) {
        out = {reasoningOpen, reasoningClose};
    }
    const auto inCalls = callMarks(calls);
    out.insert(out.end(), inCalls.begin(), inCalls.end());
    return out;
}

bool AnswerFormat::isMark(std::string_view token) const
{
    const auto all = marks();
    return !token.empty() &&
           std::any_of(all.begin(), all.end(), [token](const std::string &mark) { return mark.find(token) != std::string::npos; });
}

bool AnswerFormat::opensReasoning(std::string_view promptEnd) const
{
    const std::size_t end = promptEnd.find_last_not_of(" \n\r\t");
    return !reasoningOpen.empty() && end != std::string_view::npos && promptEnd.substr(0, end + 1).ends_with(reasoningOpen);
}

} // namespace conclave::engine
