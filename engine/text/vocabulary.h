#pragma once

#include "engine/text/byte_trie.h"
#include "engine/text/tokenizer.h"

#include <array>
#include <unordered_map>

namespace conclave::engine
{

/// What every tokenizer family reads from a file: tokens, their types, the special ids. Immutable, thread-safe.
class Vocabulary
{
public:
    /// Defaults a family has for what files leave out.
    struct Defaults
    {
        bool addsBos = false;
    };

    static Result<Vocabulary> load(const GgufFile &file, Defaults defaults);

    Vocabulary(Vocabulary &&) noexcept = default;
    Vocabulary &operator=(Vocabulary &&) noexcept = default;

    int size() const { return static_cast<int>(m_tokens.size()); }
    bool contains(TokenId id) const { return id >= 0 && id < size(); }
    const std::string &text(TokenId id) const { return m_tokens[static_cast<std::size_t>(id)]; }
    TokenType type(TokenId id) const { return contains(id) ? m_types[static_cast<std::size_t>(id)] : TokenType::kUnused; }
    TokenId find(std::string_view token) const;
    /// Control, unknown or user-defined: stands for itself, outside of the family's rules.
    bool isSpecial(TokenId id) const;
    /// Tokens that may come out of ordinary text.
    bool isPlain(TokenId id) const { return type(id) != TokenType::kControl && type(id) != TokenType::kUnknown; }
    /// Byte of a token "<0xXX>" of type byte, or -1.
    int byteOf(TokenId id) const;
    /// Token of a byte in vocabularies that have "<0xXX>" tokens, or -1.
    TokenId byteToken(unsigned char byte) const { return m_byteTokens[byte]; }

    TokenId bos() const { return m_bos; }
    TokenId eos() const { return m_eos; }
    TokenId unknown() const { return m_unknown; }
    bool addsBos() const { return m_addsBos && m_bos >= 0; }
    /// Whatever the file says.
    void addBosAlways() { m_addsBos = true; }
    bool endsGeneration(TokenId id) const { return contains(id) && m_ends[static_cast<std::size_t>(id)]; }

    /// The special token at the start of `text`, longest first. Control and unknown tokens only if `control`.
    ByteTrie::Match specialAt(std::string_view text, bool control) const;
    /// Place of the next special token from `at` on, or the text's size.
    std::size_t nextSpecial(std::string_view text, std::size_t at, bool control) const;

private:
    Vocabulary() = default;

    Result<Done> loadTokens(const GgufFile &file);
    Result<Done> loadTypes(const GgufFile &file);
    Result<Done> loadSpecialIds(const GgufFile &file, Defaults defaults);
    void index();
    void markEnds(std::span<const TokenId> named);

    std::vector<std::string> m_tokens;
    std::vector<TokenType> m_types;
    std::vector<bool> m_ends;
    std::unordered_map<std::string_view, TokenId> m_ids; ///< views into m_tokens
    std::array<TokenId, 256> m_byteTokens{};
    ByteTrie m_userDefined;
    ByteTrie m_special; ///< user-defined, control and unknown
    TokenId m_bos = -1;
    TokenId m_eos = -1;
    TokenId m_unknown = -1;
    bool m_addsBos = false;
};

/// A message for a tokenizer key that cannot be used.
Error badTokenizerKey(const GgufFile &file, std::string_view key, std::string_view what);

/// The part all families share. Splits text at special tokens and gives the rest to the family.
class VocabularyTokenizer : public Tokenizer
{
public:
    explicit VocabularyTokenizer(Vocabulary vocabulary) : m_vocabulary(std::move(vocabulary)) {}

    std::vector<TokenId> encode(std::string_view text, bool parseSpecial) const override;
    int size() const override { return m_vocabulary.size(); }
    TokenType type(TokenId id) const override { return m_vocabulary.type(id); }
    TokenId find(std::string_view token) const override { return m_vocabulary.find(token); }
    TokenId bos() const override { return m_vocabulary.bos(); }
    TokenId eos() const override { return m_vocabulary.eos(); }
    bool addsBos() const override { return m_vocabulary.addsBos(); }
    bool endsGeneration(TokenId id) const override { return m_vocabulary.endsGeneration(id); }

protected:
    /// Appends the ids of `text`, which holds no special tokens and is not empty. `atStart`: nothing but a special token or nothing
    /// at all comes before.
    virtual void encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const = 0;

    const Vocabulary &vocabulary() const { return m_vocabulary; }
    /// Piece of a token in a vocabulary that writes spaces as U+2581 and has byte tokens.
    std::string markedPiece(TokenId id) const;
    /// Appends the tokens of the bytes of something that is no token, and the unknown token if some byte has none.
    void appendBytes(std::string_view bytes, std::vector<TokenId> &out) const;

private:
    Vocabulary m_vocabulary;
};

} // namespace conclave::engine
