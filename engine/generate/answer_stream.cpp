#include "engine/generate/answer_stream.h"

#include <algorithm>

namespace conclave::engine
{

AnswerStream::AnswerStream(std::vector<std::string> stopStrings, std::unique_ptr<AnswerParser> parser, const EventSink &sink)
    : m_stopStrings(std::move(stopStrings)), m_parser(std::move(parser)), m_sink(sink)
{
    std::erase_if(m_stopStrings, [](const std::string &stop) { return stop.empty(); });
    for (const std::string &stop : m_stopStrings)
        m_longest = std::max(m_longest, stop.size());
}

bool AnswerStream::push(std::string_view bytes, const TextPiece &about)
{
    m_about = about;
    m_text += m_decoder.push(bytes);
    std::size_t first = std::string::npos;
    for (const std::string &stop : m_stopStrings)
        first = std::min(first, m_text.find(stop));
    if (first != std::string::npos) {
        send(std::string_view(m_text).substr(0, first));
        m_text.clear();
        m_parser->finish(parts());
        return true;
    }
    const std::size_t sent = m_text.size() - heldBack();
    send(std::string_view(m_text).substr(0, sent));
    m_text.erase(0, sent);
    return false;
}

void AnswerStream::finish()
{
    m_text += m_decoder.flush();
    send(m_text);
    m_text.clear();
    m_parser->finish(parts());
}

/// Length of the longest end of the text that a stop string begins with. It begins at a character: stop strings and text are UTF-8.
std::size_t AnswerStream::heldBack() const
{
    for (std::size_t length = std::min(m_text.size(), m_longest); length > 0; --length) {
        const std::string_view end = std::string_view(m_text).substr(m_text.size() - length);
        if (std::any_of(m_stopStrings.begin(), m_stopStrings.end(), [&](const std::string &stop) { return stop.starts_with(end); }))
            return length;
    }
    return 0;
}

void AnswerStream::send(std::string_view text)
{
    if (!text.empty())
        m_parser->push(text, parts());
}

/// Events of the parts, with the figures of the last token.
AnswerPartSink AnswerStream::parts()
{
    return [this](AnswerPart &&part) {
        if (auto *said = std::get_if<VisibleText>(&part))
            m_sink(TextPiece{std::move(said->text), m_about.token, m_about.probability, m_about.routerMargin});
        else if (auto *thought = std::get_if<ReasoningText>(&part))
            m_sink(ReasoningPiece{std::move(thought->text), m_about.token, m_about.probability, m_about.routerMargin});
        else
            m_sink(std::get<ToolCall>(std::move(part)));
    };
}

} // namespace conclave::engine
