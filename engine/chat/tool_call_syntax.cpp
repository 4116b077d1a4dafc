#include "engine/chat/tool_call_syntax.h"

#include "engine/chat/gemma_call.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace conclave::engine
{
namespace
{

using Json = nlohmann::ordered_json;
using Calls = std::vector<ToolCall>;

constexpr int kDeepest = 64; // of nested JSON: writing it out takes stack

const std::string kDeepSeekCallOpen = "<\xEF\xBD\x9Ctool\xE2\x96\x81"
                                      "call\xE2\x96\x81"
                                      "begin\xEF\xBD\x9C>";
const std::string kDeepSeekSeparator = "<\xEF\xBD\x9Ctool\xE2\x96\x81sep\xEF\xBD\x9C>";
const std::string kDeepSeekCallClose = "<\xEF\xBD\x9Ctool\xE2\x96\x81"
                                       "call\xE2\x96\x81"
                                       "end\xEF\xBD\x9C>";
constexpr std::string_view kKimiCallOpen = "<|tool_call_begin|>";
constexpr std::string_view kKimiArguments = "<|tool_call_argument_begin|>";
constexpr std::string_view kKimiCallClose = "<|tool_call_end|>";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kJsonSpaces);
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kJsonSpaces) - first + 1);
}

/// Takes what lies before `mark`, and the mark, off the front of `text`.
std::optional<std::string_view> before(std::string_view &text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view out = text.substr(0, at);
    text.remove_prefix(at + mark.size());
    return out;
}

bool skip(std::string_view &text, std::string_view start)
{
    text = trimmed(text);
    if (!text.starts_with(start)) {
        return false;
    }
    text.remove_prefix(start.size());
    return true;
}

std::optional<Json> parseJson(std::string_view text)
{
    int depth = 0;
    JsonExtent extent;
    for (const char byte : text) {
        extent.take(byte);
        const bool structural = !extent.inString();
        depth += structural && (byte == '{' || byte == '[') ? 1 : structural && (byte == '}' || byte == ']') ? -1 : 0;
        if (depth > kDeepest) {
            return std::nullopt;
        }
    }
    Json value = Json::parse(text, nullptr, false);
    return value.is_discarded() ? std::nullopt : std::optional<Json>(std::move(value));
}

std::string written(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<ToolCall> made(std::string_view name, const Json &arguments)
{
    name = trimmed(name);
    if (name.empty() || name.find_first_of("<>{}\n\"") != std::string_view::npos || !arguments.is_object()) {
        return std::nullopt;
    }
    return ToolCall{{}, std::string(name), written(arguments)};
}

/// {"name": …, "arguments": {…}}; arguments may be called parameters, and may be JSON in a string.
std::optional<ToolCall> fromJson(const Json &value)
{
    if (!value.is_object() || !value.contains("name") || !value["name"].is_string()) {
        return std::nullopt;
    }
    const char *key = value.contains("arguments") ? "arguments" : "parameters";
    if (!value.contains(key)) {
        return std::nullopt;
    }
    std::optional<Json> arguments = value[key];
    if (arguments->is_string()) {
        arguments = parseJson(arguments->get_ref<const std::string &>());
    }
    auto call = arguments ? made(value["name"].get_ref<const std::string &>(), *arguments) : std::nullopt;
    if (call && value.contains("id") && value["id"].is_string()) {
        call->id = value["id"].get<std::string>();
    }
    return call;
}

/// A value written without quotes: JSON where it is JSON, else text. Types are not told here; "12" may have been meant as text.
Json bareValue(std::string_view text)
{
    auto value = parseJson(trimmed(text));
    return value && !value->is_string() ? std::move(*value) : Json(std::string(text));
}

/// One line break at each end belongs to the form, not to the value.
std::string_view withoutOuterBreaks(std::string_view text)
{
    if (text.starts_with('\n')) {
        text.remove_prefix(1);
    }
    if (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    return text;
}

/// <function=NAME> <parameter=KEY>VALUE</parameter>… </function>
std::optional<ToolCall> fromFunctionTag(std::string_view body)
{
    if (!skip(body, "<function=")) {
        return std::nullopt;
    }
    const auto name = before(body, ">");
    Json arguments = Json::object();
    while (name && skip(body, "<parameter=")) {
        const auto key = before(body, ">");
        const auto value = key ? before(body, "</parameter>") : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        arguments[std::string(trimmed(*key))] = bareValue(withoutOuterBreaks(*value));
    }
    if (!name || !skip(body, "</function>") || !trimmed(body).empty()) {
        return std::nullopt;
    }
    return made(*name, arguments);
}

/// NAME <arg_key>KEY</arg_key> <arg_value>VALUE</arg_value>…
std::optional<ToolCall> fromArgumentTags(std::string_view body)
{
    const std::size_t end = std::min(body.find("<arg_key>"), body.size());
    const std::string_view name = body.substr(0, end);
    body.remove_prefix(end);
    Json arguments = Json::object();
    while (skip(body, "<arg_key>")) {
        const auto key = before(body, "</arg_key>");
        const bool valued = key && skip(body, "<arg_value>");
        const auto value = valued ? before(body, "</arg_value>") : std::nullopt;
        if (!value) {
            return std::nullopt;
        }
        arguments[std::string(trimmed(*key))] = bareValue(*value);
    }
    const bool named = trimmed(name).find_first_of(kJsonSpaces) == std::string_view::npos;
    return named && body.empty() ? made(name, arguments) : std::nullopt;
}

std::optional<ToolCall> fromTagged(std::string_view body)
{
    body = trimmed(body);
    if (body.starts_with('{')) {
        const auto value = parseJson(body);
        return value ? fromJson(*value) : std::nullopt;
    }
    return body.starts_with("<function=") ? fromFunctionTag(body) : fromArgumentTags(body);
}

/// V3.1: NAME <sep> JSON. V3 and R1: function <sep> NAME, then the JSON as a block of code.
std::optional<ToolCall> fromDeepSeek(std::string_view call)
{
    const auto head = before(call, kDeepSeekSeparator);
    if (!head) {
        return std::nullopt;
    }
    call = trimmed(call);
    if (call.starts_with('{') || call.starts_with('"')) {
        return callWithArguments(*head, call);
    }
    const auto name = before(call, "```json");
    if (!name || !call.ends_with("```")) {
        return std::nullopt;
    }
    call.remove_suffix(3);
    return callWithArguments(*name, call);
}

/// functions.NAME:INDEX <argument_begin> JSON
std::optional<ToolCall> fromKimi(std::string_view call)
{
    const auto head = before(call, kKimiArguments);
    if (!head) {
        return std::nullopt;
    }
    std::string_view name = trimmed(*head);
    name.remove_prefix(name.starts_with("functions.") ? 10 : 0);
    auto made = callWithArguments(name.substr(0, name.rfind(':')), call);
    if (made) {
        made->id = trimmed(*head);
    }
    return made;
}

/// All calls of a section, each between `open` and `close`; nothing else may be in it.
template <typename Read>
Calls fromSection(std::string_view body, std::string_view open, std::string_view close, Read &&read)
{
    Calls out;
    while (skip(body, open)) {
        const auto inner = before(body, close);
        auto call = inner ? read(*inner) : std::optional<ToolCall>();
        if (!call) {
            return {};
        }
        out.push_back(std::move(*call));
    }
    return trimmed(body).empty() ? out : Calls{};
}

/// The value of an attribute of a tag: name="value".
std::optional<std::string_view> attribute(std::string_view tag, std::string_view name)
{
    if (!before(tag, std::string(name) + "=\"")) {
        return std::nullopt;
    }
    return before(tag, "\"");
}

std::optional<ToolCall> fromInvocation(std::string_view inner)
{
    const std::string dsml(marks::kDsml);
    const auto head = before(inner, ">");
    const auto name = head ? attribute(*head, "name") : std::nullopt;
    Json arguments = Json::object();
    while (name && skip(inner, "<" + dsml + "parameter")) {
        const auto tag = before(inner, ">");
        const auto key = tag ? attribute(*tag, "name") : std::nullopt;
        const auto isText = tag ? attribute(*tag, "string") : std::nullopt;
        const auto value = key ? before(inner, "</" + dsml + "parameter>") : std::nullopt;
        const bool text = isText != std::optional<std::string_view>("false");
        const auto parsed = value && !text ? parseJson(*value) : std::nullopt;
        if (!value || (!text && !parsed)) {
            return std::nullopt;
        }
        arguments[std::string(*key)] = text ? Json(std::string(*value)) : *parsed;
    }
    return name && trimmed(inner).empty() ? made(*name, arguments) : std::nullopt;
}

Calls fromDsml(std::string_view body)
{
    const std::string dsml(marks::kDsml);
    return fromSection(body, "<" + dsml + "invoke", "</" + dsml + "invoke>", fromInvocation);
}

Calls fromMistral(std::string_view body)
{
    body = trimmed(body);
    Calls out;
    if (body.starts_with('[')) {
        const auto list = parseJson(body);
        for (std::size_t i = 0; list && i < list->size(); ++i) {
            auto call = fromJson((*list)[i]);
            if (!call) {
                return {};
            }
            out.push_back(std::move(*call));
        }
        return out;
    }
    const auto head = before(body, "[ARGS]");
    std::string_view name = head.value_or(std::string_view());
    std::string_view id = name;
    const auto beforeId = before(id, "[CALL_ID]");
    if (auto call = callWithArguments(beforeId.value_or(name), body)) {
        call->id = beforeId ? trimmed(id) : std::string_view();
        out.push_back(std::move(*call));
    }
    return out;
}

/// NAME.call(KEY="VALUE", …)
std::optional<ToolCall> fromPythonCall(std::string_view body)
{
    const auto name = before(body, ".call(");
    Json arguments = Json::object();
    while (name && !body.starts_with(')')) {
        const auto key = before(body, "=\"");
        const auto value = key ? before(body, "\"") : std::nullopt;
        if (!value || !(skip(body, ",") || body.starts_with(')'))) {
            return std::nullopt;
        }
        arguments[std::string(trimmed(*key))] = std::string(*value);
        body = trimmed(body);
    }
    return name && body == ")" ? made(*name, arguments) : std::nullopt;
}

std::optional<ToolCall> fromLlama(std::string_view body)
{
    body = trimmed(body);
    if (!body.starts_with('{')) {
        return fromPythonCall(body);
    }
    const auto value = parseJson(body);
    return value ? fromJson(*value) : std::nullopt;
}

Calls one(std::optional<ToolCall> call)
{
    return call ? Calls{std::move(*call)} : Calls{};
}

} // namespace

bool JsonExtent::take(char byte)
{
    if (m_inString) {
        const bool closes = byte == '"' && !m_escaped;
        m_escaped = byte == '\\' && !m_escaped;
        m_inString = !closes;
        return false;
    }
    m_inString = byte == '"';
    m_depth += byte == '{' || byte == '[' ? 1 : 0;
    const bool closes = byte == '}' || byte == ']';
    return closes && --m_depth <= 0;
}

std::vector<CallFrame> callFrames(CallSyntax syntax)
{
    const std::string dsml(marks::kDsml);
    const auto frame = [](std::string_view open, std::string_view close) { return CallFrame{std::string(open), std::string(close)}; };
    switch (syntax) {
    case CallSyntax::kTagged:
        return {frame(marks::kTaggedOpen, marks::kTaggedClose)};
    case CallSyntax::kDeepSeekV3:
        return {frame(marks::kDeepSeekOpen, marks::kDeepSeekClose)};
    case CallSyntax::kDsml:
        return {frame("<" + dsml + "tool_calls>", "</" + dsml + "tool_calls>"),
                frame("<" + dsml + "function_calls>", "</" + dsml + "function_calls>")};
    case CallSyntax::kMistral:
        return {frame(marks::kMistralOpen, {})};
    case CallSyntax::kLlama:
        return {frame(marks::kPythonTag, {})};
    case CallSyntax::kKimi:
        return {frame(marks::kKimiOpen, marks::kKimiClose)};
    case CallSyntax::kGemma:
        return {frame(marks::kGemmaOpen, marks::kGemmaClose)};
    case CallSyntax::kNone:
        break;
    }
    return {};
}

std::vector<std::string> callMarks(CallSyntax syntax)
{
    std::vector<std::string> out;
    for (const CallFrame &frame : callFrames(syntax)) {
        out.push_back(frame.open);
        out.push_back(frame.close);
    }
    const auto add = [&out](std::initializer_list<std::string_view> more) { out.insert(out.end(), more.begin(), more.end()); };
    switch (syntax) {
    case CallSyntax::kTagged:
        add({"<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"});
        break;
    case CallSyntax::kDeepSeekV3:
        add({kDeepSeekCallOpen, kDeepSeekSeparator, kDeepSeekCallClose});
        break;
    case CallSyntax::kMistral:
        add({"[CALL_ID]", "[ARGS]"});
        break;
    case CallSyntax::kKimi:
        add({kKimiCallOpen, kKimiArguments, kKimiCallClose});
        break;
    case CallSyntax::kGemma:
        add({kGemmaQuote});
        break;
    case CallSyntax::kNone:
    case CallSyntax::kDsml:
    case CallSyntax::kLlama:
        break;
    }
    std::erase(out, std::string());
    return out;
}

std::optional<ToolCall> callWithArguments(std::string_view name, std::string_view json)
{
    auto arguments = parseJson(trimmed(json));
    if (arguments && arguments->is_string()) { // written twice
        arguments = parseJson(std::string(arguments->get_ref<const std::string &>()));
    }
    return arguments ? made(name, *arguments) : std::nullopt;
}

std::vector<ToolCall> parseCalls(CallSyntax syntax, std::string_view body)
{
    switch (syntax) {
    case CallSyntax::kTagged:
        return one(fromTagged(body));
    case CallSyntax::kDeepSeekV3:
        return fromSection(body, kDeepSeekCallOpen, kDeepSeekCallClose, fromDeepSeek);
    case CallSyntax::kDsml:
        return fromDsml(body);
    case CallSyntax::kMistral:
        return fromMistral(body);
    case CallSyntax::kLlama:
        return one(fromLlama(body));
    case CallSyntax::kKimi:
        return fromSection(body, kKimiCallOpen, kKimiCallClose, fromKimi);
    case CallSyntax::kGemma:
        return one(parseGemmaCall(trimmed(body)));
    case CallSyntax::kNone:
        break;
    }
    return {};
}

} // namespace conclave::engine
