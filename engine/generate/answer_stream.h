#pragma once

#include "engine/api/types.h"
#include "engine/chat/answer_parser.h"
#include "engine/text/tokenizer.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Turns the bytes of an answer's tokens into events: whole characters, and never a part of a stop string or of a mark; reasoning and
/// tool calls apart from the text. What could be the start of a stop string or a mark is held back until it is known not to be one.
class AnswerStream
{
public:
    /// Empty stop strings are ignored. `parser` takes the text apart.
    AnswerStream(std::vector<std::string> stopStrings, std::unique_ptr<AnswerParser> parser, const EventSink &sink);

    /// One token's bytes; `about` carries its id, probability and margin. True when a stop string is complete: the answer ends, and
    /// what came before it has been sent.
    bool push(std::string_view bytes, const TextPiece &about);
    /// Sends what was held back, at the end of an answer without stop string.
    void finish();

private:
    void send(std::string_view text);
    AnswerPartSink parts();
    std::size_t heldBack() const;

    std::vector<std::string> m_stopStrings;
    std::size_t m_longest = 0;
    std::unique_ptr<AnswerParser> m_parser;
    const EventSink &m_sink;
    StreamDecoder m_decoder;
    std::string m_text; ///< decoded and not sent
    TextPiece m_about;
};

} // namespace conclave::engine
