#pragma once

#include "engine/chat/answer_parser.h"
#include "engine/chat/tool_call_syntax.h"

#include <vector>

namespace conclave::engine
{

/// Answers whose reasoning and calls stand between marks: all families but gpt-oss.
class TaggedAnswer final : public AnswerParser
{
public:
    struct Continued
    {
    };
    static constexpr Continued kContinued{};

    TaggedAnswer(const AnswerFormat &format, bool inReasoning);
    /// Begins within what is said.
    TaggedAnswer(const AnswerFormat &format, Continued);

    void push(std::string_view text, const AnswerPartSink &sink) override;
    void finish(const AnswerPartSink &sink) override;

private:
    enum class State
    {
        kStart, ///< nothing but white space yet, and the answer may be a call as a whole
        kText,
        kReasoning,
        kCall, ///< m_held begins with the call's raw text
    };

    bool step(const AnswerPartSink &sink);
    bool stepStart();
    bool stepText(const AnswerPartSink &sink);
    bool stepReasoning(const AnswerPartSink &sink);
    bool stepCall(const AnswerPartSink &sink);
    std::size_t callEnd();
    std::size_t valueEnd();
    void startCall(std::size_t frame, std::size_t openSize);
    void endCall(std::size_t rawSize, std::string_view body, const AnswerPartSink &sink);

    std::string_view held() const { return std::string_view(m_held).substr(m_at); }
    void drop(std::size_t size) { m_at += size; }
    void say(std::string_view text, const AnswerPartSink &sink);
    void think(std::string_view text, const AnswerPartSink &sink);

    AnswerFormat m_format;
    std::vector<CallFrame> m_frames;
    std::vector<std::string> m_textMarks; ///< reasoning's open first, then the frames' opens
    std::vector<std::string> m_reasoningMarks;
    State m_state;
    std::string m_held; ///< from m_at on: not given out
    std::size_t m_at = 0;
    bool m_said = false;       ///< something visible, since the beginning or the last call
    bool m_skipsSpace = false; ///< white space is dropped until something else comes
    std::string m_spaces;      ///< reasoning's last ones: dropped when it ends with them

    // The call under way.
    std::size_t m_frame = 0;
    std::size_t m_bodyAt = 0;  ///< in held()
    std::size_t m_scanned = 0; ///< in held(): `m_extent` has seen what lies before
    bool m_valueBegun = false;
    JsonExtent m_extent;
};

} // namespace conclave::engine
