#include "engine/chat/answer_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace
{

using namespace conclave::engine;

constexpr const char *kSigns[] = {
    "",
    "</think> <tool_call>",
    ("</think> <\xEF\xBD\x9Ctool\xE2\x96\x81"
     "calls\xE2\x96\x81"
     "begin\xEF\xBD\x9C>"),
    ("</think> \xEF\xBD\x9C"
     "DSML\xEF\xBD\x9C"),
    "[THINK] [TOOL_CALLS]",
    "<|python_tag|>",
    "<think> <|tool_calls_section_begin|>",
    "<|channel> <|tool_call>",
    "<|channel|> <|message|>",
};

/// All parts, with neighbours of one kind as one.
std::string taken(const AnswerFormat &format, bool inReasoning, std::string_view text, std::size_t step)
{
    const auto parser = AnswerParser::create(format, inReasoning);
    std::string out;
    char last = 0;
    const auto add = [&](char kind, const std::string &what) {
        if (what.empty()) {
            std::abort();
        }
        if (kind != last || kind == 'c') {
            out += '\0';
            out += kind;
        }
        last = kind;
        out += what;
    };
    const AnswerPartSink sink = [&](AnswerPart &&part) {
        if (const auto *said = std::get_if<VisibleText>(&part)) {
            add('t', said->text);
        } else if (const auto *thought = std::get_if<ReasoningText>(&part)) {
            add('r', thought->text);
        } else {
            add('c', std::get<ToolCall>(part).name + std::get<ToolCall>(part).arguments);
        }
    };
    for (std::size_t at = 0; at < text.size(); at += step) {
        parser->push(text.substr(at, step), sink);
    }
    parser->finish(sink);
    return out;
}

} // namespace

/// The answer of some family, behind two bytes: which family, and how the text is cut. Every cut gives the same parts; what belongs to no
/// family comes out as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char *>(data + 2), size - 2);
    const AnswerFormat format = AnswerFormat::detect(kSigns[data[0] % std::size(kSigns)]);
    const bool inReasoning = data[0] >= 128;
    const std::string whole = taken(format, inReasoning, text, std::max<std::size_t>(text.size(), 1));
    if (taken(format, inReasoning, text, 1 + data[1] % 32) != whole) {
        std::abort();
    }
    if (data[0] % std::size(kSigns) == 0 && !text.empty() && whole.substr(2) != text) {
        std::abort();
    }
    return 0;
}
