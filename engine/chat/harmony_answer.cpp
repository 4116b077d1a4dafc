#include "engine/chat/harmony_answer.h"

#include "engine/chat/mark_search.h"
#include "engine/chat/tool_call_syntax.h"

#include <utility>

namespace conclave::engine
{
namespace
{

/// Longer ones are text, as are longer calls: bounds what is held back.
constexpr std::size_t kLongestHeader = 512;
constexpr std::size_t kLongestCall = 1U << 20;

constexpr std::string_view kMessage = "<|message|>";
const std::vector<std::string> kHeaderBegins = {"<|channel|>", "<|start|>", " to="};
const std::vector<std::string> kHeaderEnds = {std::string(kMessage)};
/// What ends a message; the next one's header ends one that was not ended.
const std::vector<std::string> kMessageEnds = {"<|end|>", "<|call|>", "<|return|>", "<|start|>", "<|channel|>"};
constexpr int kFirstHeaderMark = 3;

/// The word behind `key` in a header.
std::string wordAfter(std::string_view header, std::string_view key)
{
    const std::size_t at = header.find(key);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = header.substr(at + key.size());
    return std::string(rest.substr(0, rest.find_first_of(" \n\t<")));
}

} // namespace

void HarmonyAnswer::push(std::string_view text, const AnswerPartSink &sink)
{
    m_held += text;
    while (step(sink)) {
    }
    const std::size_t used = std::exchange(m_at, 0);
    m_held.erase(0, used);
}

void HarmonyAnswer::finish(const AnswerPartSink &sink)
{
    push({}, sink);
    if (m_state == State::kCall) {
        m_arguments += held();
        endCall(sink);
    } else {
        give(held(), sink);
    }
    m_held.clear();
    m_at = 0;
    m_state = State::kBetween;
}

bool HarmonyAnswer::step(const AnswerPartSink &sink)
{
    switch (m_state) {
    case State::kBetween:
        return stepBetween();
    case State::kHeader:
        return stepHeader(sink);
    case State::kText:
    case State::kReasoning:
    case State::kCall:
        break;
    }
    return stepBody(sink);
}

bool HarmonyAnswer::stepBetween()
{
    if (held().empty()) {
        return false;
    }
    const MarkPlace place = findMark(held(), kHeaderBegins);
    if (place.at > 0) { // a model that leaves the format
        m_state = State::kText;
    } else if (place.mark >= 0) {
        m_state = State::kHeader;
    }
    return place.at > 0 || place.mark >= 0;
}

bool HarmonyAnswer::stepHeader(const AnswerPartSink &sink)
{
    const std::string_view allowed = held().substr(0, kLongestHeader);
    const MarkPlace place = findMark(allowed, kHeaderEnds);
    if (place.mark < 0) {
        if (allowed.size() < kLongestHeader) {
            return false;
        }
        m_state = State::kText;
        give(allowed, sink);
        m_at += allowed.size();
        return true;
    }
    m_header = held().substr(0, place.at);
    m_at += place.at + kMessage.size();
    m_recipient = wordAfter(m_header, " to=");
    if (!m_recipient.empty() && m_recipient != "user") {
        m_state = State::kCall;
        m_arguments.clear();
    } else {
        m_state = wordAfter(m_header, "<|channel|>") == "analysis" ? State::kReasoning : State::kText;
    }
    return true;
}

bool HarmonyAnswer::stepBody(const AnswerPartSink &sink)
{
    const MarkPlace place = findMark(held(), kMessageEnds);
    if (m_state == State::kCall) {
        const std::size_t room = kLongestCall - m_arguments.size();
        if (place.at > room) {
            m_arguments += held().substr(0, room);
            m_at += room;
            endCall(sink); // cannot be read any more, or can be read already
            m_state = State::kText;
            return true;
        }
        m_arguments += held().substr(0, place.at);
    } else {
        give(held().substr(0, place.at), sink);
    }
    m_at += place.at;
    if (place.mark < 0) {
        return false;
    }
    if (m_state == State::kCall) {
        endCall(sink);
    }
    if (place.mark < kFirstHeaderMark) {
        m_at += kMessageEnds[static_cast<std::size_t>(place.mark)].size();
    }
    m_state = State::kBetween;
    return true;
}

void HarmonyAnswer::give(std::string_view text, const AnswerPartSink &sink)
{
    if (text.empty()) {
        return;
    }
    if (m_state == State::kReasoning) {
        sink(ReasoningText{std::string(text)});
    } else {
        sink(VisibleText{std::string(text)});
    }
}

/// Gives the call, or its raw text when its arguments are no JSON.
void HarmonyAnswer::endCall(const AnswerPartSink &sink)
{
    std::string_view name = m_recipient;
    name.remove_prefix(name.starts_with("functions.") ? 10 : 0);
    auto call = callWithArguments(name, m_arguments);
    if (call) {
        sink(std::move(*call));
    } else {
        sink(VisibleText{m_header + std::string(kMessage) + m_arguments});
    }
    m_arguments.clear();
}

} // namespace conclave::engine
