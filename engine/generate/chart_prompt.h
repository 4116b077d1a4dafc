#pragma once

#include "engine/api/types.h"
#include "engine/text/tokenizer.h"

#include <span>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// What a conversation asks of a chart reader: its last picture, with the table that was read from it if an answer behind the picture holds
/// one, and the last question's text. Earlier questions do not matter: each is asked of the table anew.
struct ChartPrompt
{
    const ImagePtr *image = nullptr; ///< nullptr: there is no picture; points into the messages
    std::vector<TokenId> table;      ///< <chart:T> to <end>; empty: it is yet to be read
    std::vector<TokenId> question;   ///< <ask>, its text, <answer>; empty: nothing is asked

    /// What the model is given behind <bos>.
    std::vector<TokenId> given() const;
};

/// Tokens of a text that the model wrote, control tokens and leading spaces included: the longest words, which the model may have spelled.
std::vector<TokenId> writtenTokens(std::string_view text, const Tokenizer &tokenizer);

/// A model that answers no questions is asked by the last message's picture alone.
ChartPrompt chartPrompt(std::span<const Message> messages, const Tokenizer &tokenizer);

} // namespace conclave::engine
