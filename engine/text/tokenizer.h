#pragma once

#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

using TokenId = std::int32_t;

enum class TokenType
{
    kNormal = 1,
    kUnknown = 2,
    kControl = 3,
    kUserDefined = 4,
    kUnused = 5,
    kByte = 6,
};

/// Text to ids and back. Immutable and thread-safe. One class for each family; `loadTokenizer` chooses by tokenizer.ggml.model.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// Ids of UTF-8 text (invalid bytes are allowed). `parseSpecial` recognises control tokens written out; user content never does.
    /// Linear in the length of the text.
    virtual std::vector<TokenId> encode(std::string_view text, bool parseSpecial) const = 0;
    /// Bytes a token stands for; control tokens give their text. May be part of a character. Empty for ids out of range.
    virtual std::string piece(TokenId id) const = 0;
    /// Text of a sequence; differs from joining pieces where the family drops a leading space.
    virtual std::string decode(std::span<const TokenId> ids) const = 0;

    virtual int size() const = 0;
    virtual TokenType type(TokenId id) const = 0;
    /// Id of a token by its stored text, or -1.
    virtual TokenId find(std::string_view token) const = 0;

    virtual TokenId bos() const = 0; ///< -1: none
    virtual TokenId eos() const = 0; ///< -1: none
    virtual bool addsBos() const = 0;
    /// Ends an answer (eos, eot, eom and their named kin).
    virtual bool endsGeneration(TokenId id) const = 0;
};

/// Errors: kBadMetadata (naming the key), kUnsupportedType for a tokenizer or pre-tokenizer this build does not know (naming it).
Result<std::unique_ptr<Tokenizer>> loadTokenizer(const GgufFile &file);

/// Turns pieces into whole UTF-8 characters: holds back an unfinished one, replaces what can never become one by U+FFFD.
class StreamDecoder
{
public:
    std::string push(std::string_view bytes);
    /// What is left at the end of the answer.
    std::string flush();

private:
    std::string m_pending;
};

} // namespace conclave::engine
