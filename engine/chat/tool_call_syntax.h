#pragma once

#include "engine/api/types.h"
#include "engine/chat/answer_format.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The ways in which families write tool calls. Texts are a model's, thus not trusted: sizes and nesting are bounded.
namespace conclave::engine
{

inline constexpr std::string_view kJsonSpaces = " \n\r\t";

namespace marks
{
inline constexpr std::string_view kTaggedOpen = "<tool_call>";
inline constexpr std::string_view kTaggedClose = "</tool_call>";
inline constexpr std::string_view kDsml = "\xEF\xBD\x9C"
                                          "DSML"
                                          "\xEF\xBD\x9C";
inline constexpr std::string_view kDeepSeekOpen = "<\xEF\xBD\x9Ctool\xE2\x96\x81"
                                                  "calls\xE2\x96\x81"
                                                  "begin\xEF\xBD\x9C>";
inline constexpr std::string_view kDeepSeekClose = "<\xEF\xBD\x9Ctool\xE2\x96\x81"
                                                   "calls\xE2\x96\x81"
                                                   "end\xEF\xBD\x9C>";
inline constexpr std::string_view kMistralOpen = "[TOOL_CALLS]";
inline constexpr std::string_view kGemmaOpen = "<|tool_call>";
inline constexpr std::string_view kGemmaClose = "<tool_call|>";
inline constexpr std::string_view kKimiOpen = "<|tool_calls_section_begin|>";
inline constexpr std::string_view kKimiClose = "<|tool_calls_section_end|>";
inline constexpr std::string_view kPythonTag = "<|python_tag|>";
} // namespace marks

/// How a stretch of calls begins and ends. Without `close` it ends with its JSON value.
struct CallFrame
{
    std::string open;
    std::string close;
};

/// The frames of a syntax.
std::vector<CallFrame> callFrames(CallSyntax syntax);
/// All marks of a syntax, those within frames included.
std::vector<std::string> callMarks(CallSyntax syntax);

/// The calls in `body`, what lies between a frame's open and close. Empty: it cannot be read.
std::vector<ToolCall> parseCalls(CallSyntax syntax, std::string_view body);

/// A call whose arguments are JSON already (harmony). None for what is no object, or nested too deeply.
std::optional<ToolCall> callWithArguments(std::string_view name, std::string_view json);

/// Follows JSON byte by byte, to tell where a value ends and what is within a string.
class JsonExtent
{
public:
    /// True with the byte that closes the first object or list.
    bool take(char byte);
    bool inString() const { return m_inString; }

private:
    int m_depth = 0;
    bool m_inString = false;
    bool m_escaped = false;
};

} // namespace conclave::engine
