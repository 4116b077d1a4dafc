#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// How a family writes tool calls.
enum class CallSyntax
{
    kNone,
    kTagged,     ///< <tool_call>…</tool_call>: JSON (Hermes, Qwen), <function=…> (Qwen3-Coder) or <arg_key>… (GLM)
    kDeepSeekV3, ///< <｜tool▁calls▁begin｜>…
    kDsml,       ///< <｜DSML｜tool_calls>…: DeepSeek V3.2, V4
    kMistral,    ///< [TOOL_CALLS] with a list, or with a name and [ARGS]
    kLlama,      ///< the answer is a JSON object, or follows <|python_tag|>
    kKimi,       ///< <|tool_calls_section_begin|>…
    kGemma,      ///< <|tool_call>call:name{…}<tool_call|>
};

/// How a family's answers are written: what a parser needs to take them apart. Told by the chat template, in which the family's marks are.
struct AnswerFormat
{
    /// The format that `chatTemplate` (Jinja source) belongs to; empty: plain text.
    static AnswerFormat detect(std::string_view chatTemplate);

    bool harmony = false;       ///< gpt-oss: messages in channels; nothing below counts
    std::string reasoningOpen;  ///< "<think>"; empty: the family does not reason in marks
    std::string reasoningClose; ///< "</think>"
    CallSyntax calls = CallSyntax::kNone;

    /// All marks a parser of this format looks for.
    std::vector<std::string> marks() const;
    /// The text of a token belongs to a mark: it must reach the parser even when it is a control token.
    bool isMark(std::string_view token) const;
    /// The end of a prompt opens the reasoning, so that the answer begins within.
    bool opensReasoning(std::string_view promptEnd) const;
};

} // namespace conclave::engine
