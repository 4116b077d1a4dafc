#pragma once

#include "engine/chat/answer_parser.h"

#include <vector>

namespace conclave::engine
{

/// Answers in OpenAI's harmony format (gpt-oss): messages with a header that names channel and recipient. The channel "analysis" is
/// reasoning, a message to a tool is a call, everything else is said. The prompt has ended with "<|start|>assistant".
class HarmonyAnswer final : public AnswerParser
{
public:
    struct Continued
    {
    };
    static constexpr Continued kContinued{};

    HarmonyAnswer() = default;
    /// Begins within a message that is said.
    explicit HarmonyAnswer(Continued) : m_state(State::kText) {}

    void push(std::string_view text, const AnswerPartSink &sink) override;
    void finish(const AnswerPartSink &sink) override;

private:
    enum class State
    {
        kBetween, ///< a header may begin
        kHeader,  ///< from its first mark to <|message|>
        kText,
        kReasoning,
        kCall,
    };

    bool step(const AnswerPartSink &sink);
    bool stepBetween();
    bool stepHeader(const AnswerPartSink &sink);
    bool stepBody(const AnswerPartSink &sink);
    void give(std::string_view text, const AnswerPartSink &sink);
    void endCall(const AnswerPartSink &sink);
    std::string_view held() const { return std::string_view(m_held).substr(m_at); }

    State m_state = State::kBetween;
    std::string m_held; ///< from m_at on: not used
    std::size_t m_at = 0;
    std::string m_header; ///< of the message under way, <|message|> left out
    std::string m_recipient;
    std::string m_arguments;
};

} // namespace conclave::engine
