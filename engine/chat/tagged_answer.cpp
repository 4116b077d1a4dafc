#include "engine/chat/tagged_answer.h"

#include "engine/chat/mark_search.h"

#include <algorithm>
#include <span>
#include <utility>

namespace conclave::engine
{
namespace
{

/// A longer call is text. Bounds what is held back.
constexpr std::size_t kLongestCall = 1U << 20;
/// What stands before the JSON of a call that has no closing mark.
constexpr std::size_t kLongestCallHead = 512;
constexpr std::size_t kNone = std::string_view::npos;

} // namespace

TaggedAnswer::TaggedAnswer(const AnswerFormat &format, bool inReasoning)
    : m_format(format), m_frames(callFrames(format.calls)), m_textMarks{format.reasoningOpen}, m_reasoningMarks{format.reasoningClose},
      m_state(inReasoning                          ? State::kReasoning
              : format.calls == CallSyntax::kLlama ? State::kStart
                                                   : State::kText),
      m_skipsSpace(inReasoning || !format.reasoningOpen.empty())
{
    for (const CallFrame &frame : m_frames) {
        m_textMarks.push_back(frame.open);
    }
}

TaggedAnswer::TaggedAnswer(const AnswerFormat &format, Continued) : TaggedAnswer(format, false)
{
    m_state = State::kText;
    m_said = true;
    m_skipsSpace = false;
}

void TaggedAnswer::push(std::string_view text, const AnswerPartSink &sink)
{
    m_held += text;
    while (step(sink)) {
    }
    const std::size_t given = std::exchange(m_at, 0);
    m_held.erase(0, given);
}

void TaggedAnswer::finish(const AnswerPartSink &sink)
{
    push({}, sink);
    while (m_state == State::kCall) {
        const std::string body(held().substr(m_bodyAt));
        const std::size_t size = held().size();
        endCall(size, body, sink);
    }
    if (m_state == State::kReasoning) {
        think(held(), sink);
    } else {
        say(held(), sink);
    }
    m_held.clear();
    m_at = 0;
    m_spaces.clear();
}

/// True when there may be more to do with what is held.
bool TaggedAnswer::step(const AnswerPartSink &sink)
{
    switch (m_state) {
    case State::kStart:
        return stepStart();
    case State::kText:
        return stepText(sink);
    case State::kReasoning:
        return stepReasoning(sink);
    case State::kCall:
        break;
    }
    return stepCall(sink);
}

bool TaggedAnswer::stepStart()
{
    const std::size_t first = held().find_first_not_of(kJsonSpaces);
    if (first == kNone) {
        return false;
    }
    if (held()[first] == '{') {
        startCall(0, first);
    } else {
        m_state = State::kText;
    }
    return true;
}

/// Reasoning comes before what is said: later its mark is a word like others.
bool TaggedAnswer::stepText(const AnswerPartSink &sink)
{
    const std::size_t skipped = m_said ? 1 : 0;
    const MarkPlace place = findMark(held(), std::span(m_textMarks).subspan(skipped));
    const bool saidBefore = m_said;
    say(held().substr(0, place.at), sink);
    drop(place.at);
    if (place.mark < 0) {
        return false;
    }
    if (m_said != saidBefore) {
        return true; // looks again, with fewer marks
    }
    const std::size_t mark = static_cast<std::size_t>(place.mark) + skipped;
    if (mark == 0) {
        drop(m_textMarks[mark].size());
        m_state = State::kReasoning;
        m_skipsSpace = true;
    } else {
        startCall(mark - 1, m_textMarks[mark].size());
    }
    return true;
}

bool TaggedAnswer::stepReasoning(const AnswerPartSink &sink)
{
    const MarkPlace place = findMark(held(), m_reasoningMarks);
    think(held().substr(0, place.at), sink);
    drop(place.at);
    if (place.mark < 0) {
        return false;
    }
    drop(m_format.reasoningClose.size());
    m_spaces.clear();
    m_skipsSpace = true;
    m_state = m_format.calls == CallSyntax::kLlama ? State::kStart : State::kText;
    return true;
}

/// The call's raw text is at the front of what is held, its body `openSize` bytes behind.
void TaggedAnswer::startCall(std::size_t frame, std::size_t openSize)
{
    m_state = State::kCall;
    m_frame = frame;
    m_bodyAt = openSize;
    m_scanned = openSize;
    m_valueBegun = false;
    m_extent = {};
}

bool TaggedAnswer::stepCall(const AnswerPartSink &sink)
{
    const std::string &close = m_frames[m_frame].close;
    const std::size_t end = close.empty() ? valueEnd() : callEnd();
    if (end == kNone) {
        if (held().size() < kLongestCall) {
            return false;
        }
        say(held().substr(0, kLongestCall), sink);
        drop(kLongestCall);
        m_state = State::kText;
        return true;
    }
    const std::string body(held().substr(m_bodyAt, end - m_bodyAt));
    endCall(end + close.size(), body, sink);
    return true;
}

/// Where the closing mark of the call is, within its allowed length. One inside of a JSON text is part of the text.
std::size_t TaggedAnswer::callEnd()
{
    const std::string &close = m_frames[m_frame].close;
    const std::string_view raw = held().substr(0, kLongestCall);
    const std::size_t first = raw.find_first_not_of(kJsonSpaces, m_bodyAt);
    const bool isJson = first != kNone && raw[first] == '{';
    const std::size_t looked = m_scanned > m_bodyAt + close.size() ? m_scanned - close.size() + 1 : m_bodyAt;
    std::size_t from = isJson ? m_scanned : looked;
    while (true) {
        const std::size_t at = raw.find(close, from);
        const std::size_t known = std::min(at, raw.size() < close.size() ? m_bodyAt : raw.size() - close.size() + 1);
        while (isJson && m_scanned < known) {
            m_extent.take(raw[m_scanned++]);
        }
        if (at == kNone) {
            m_scanned = std::max(m_scanned, isJson ? known : raw.size());
            return kNone;
        }
        if (!isJson || !m_extent.inString()) {
            return at;
        }
        from = at + 1;
    }
}

/// Where the JSON value ends that is the call; the present end of a call that can no longer become one.
std::size_t TaggedAnswer::valueEnd()
{
    const std::string_view raw = held().substr(0, kLongestCall);
    if (!m_valueBegun) {
        std::size_t begin = raw.find_first_not_of(kJsonSpaces, m_bodyAt);
        if (begin == kNone) {
            return kNone;
        }
        if (m_format.calls == CallSyntax::kMistral && raw[begin] != '[') {
            const std::size_t arguments = raw.find("[ARGS]", begin);
            if (arguments == kNone || arguments > m_bodyAt + kLongestCallHead) {
                return raw.size() > m_bodyAt + kLongestCallHead + 6 ? m_bodyAt + kLongestCallHead : kNone;
            }
            begin = raw.find_first_not_of(kJsonSpaces, arguments + 6);
            if (begin == kNone) {
                return kNone;
            }
        }
        if (raw[begin] != '{' && raw[begin] != '[') { // code in place of JSON goes on to the end of the answer
            return m_format.calls == CallSyntax::kLlama ? kNone : begin;
        }
        m_valueBegun = true;
        m_scanned = begin;
    }
    while (m_scanned < raw.size()) {
        if (m_extent.take(raw[m_scanned++])) {
            return m_scanned;
        }
    }
    return kNone;
}

/// Gives the calls in `body`, or the raw text when there are none.
void TaggedAnswer::endCall(std::size_t rawSize, std::string_view body, const AnswerPartSink &sink)
{
    std::vector<ToolCall> calls = parseCalls(m_format.calls, body);
    m_state = State::kText;
    if (calls.empty()) {
        m_skipsSpace = false;
        say(held().substr(0, rawSize), sink);
    }
    for (ToolCall &call : calls) {
        m_skipsSpace = true;
        m_said = false;
        sink(std::move(call));
    }
    drop(rawSize);
}

void TaggedAnswer::say(std::string_view text, const AnswerPartSink &sink)
{
    if (m_skipsSpace) {
        text.remove_prefix(std::min(text.find_first_not_of(kJsonSpaces), text.size()));
    }
    if (!text.empty()) {
        m_skipsSpace = false;
        m_said = m_said || text.find_first_not_of(kJsonSpaces) != kNone;
        sink(VisibleText{std::string(text)});
    }
}

void TaggedAnswer::think(std::string_view text, const AnswerPartSink &sink)
{
    if (m_skipsSpace) {
        text.remove_prefix(std::min(text.find_first_not_of(kJsonSpaces), text.size()));
    }
    const std::size_t last = text.find_last_not_of(kJsonSpaces);
    if (last == kNone) {
        m_spaces += text;
        return;
    }
    m_skipsSpace = false;
    std::string out = std::exchange(m_spaces, std::string(text.substr(last + 1)));
    out += text.substr(0, last + 1);
    sink(ReasoningText{std::move(out)});
}

} // namespace conclave::engine
