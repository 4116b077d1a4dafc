#include "engine/text/bpe_tokenizer.h"

#include "engine/text/utf8.h"
#include "engine/text/word_cache.h"

namespace conclave::engine
{

namespace
{

/// GPT-2's printable alphabet: each byte has one character. Printable ones keep theirs, the rest take U+0100 and up in order.
class ByteAlphabet
{
public:
    ByteAlphabet()
    {
        m_bytes.fill(-1);
        char32_t next = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
            const char32_t character = printable ? static_cast<char32_t>(byte) : next++;
            utf8::append(m_texts[static_cast<std::size_t>(byte)], character);
            m_bytes[character] = byte;
        }
    }

    const std::string &text(unsigned char byte) const { return m_texts[byte]; }
    /// -1 for characters outside of the alphabet.
    int byteOf(char32_t character) const { return character < m_bytes.size() ? m_bytes[character] : -1; }

private:
    std::array<std::string, 256> m_texts;
    std::array<int, 0x144> m_bytes{};
};

const ByteAlphabet &alphabet()
{
    static const ByteAlphabet instance;
    return instance;
}

/// Text of a token back to bytes; characters outside of the alphabet stay as they are.
std::string tokenBytes(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const utf8::Character next = utf8::first(text);
        const std::string_view character = text.substr(0, next.size);
        const int byte = next.form == utf8::Form::kWhole ? alphabet().byteOf(utf8::decode(character)) : -1;
        if (byte >= 0) {
            out += static_cast<char>(byte);
        } else {
            out += character;
        }
        text.remove_prefix(next.size);
    }
    return out;
}

} // namespace

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, PreTokenizer preTokenizer)
    : VocabularyTokenizer(std::move(vocabulary)), m_preTokenizer(std::move(preTokenizer))
{
    for (int byte = 0; byte < 256; ++byte) {
        m_byteSymbols[static_cast<std::size_t>(byte)] = m_merges.intern(alphabet().text(static_cast<unsigned char>(byte)));
    }
}

Result<std::unique_ptr<Tokenizer>> BpeTokenizer::load(const GgufFile &file)
{
    auto name = file.string("tokenizer.ggml.pre");
    if (!name) {
        return name.takeError();
    }
    auto preTokenizer = PreTokenizer::create(name->value_or("default"));
    if (!preTokenizer) {
        return preTokenizer.takeError();
    }
    auto vocabulary = Vocabulary::load(file, {preTokenizer->addsBos()});
    if (!vocabulary) {
        return vocabulary.takeError();
    }
    std::unique_ptr<BpeTokenizer> made(new BpeTokenizer(std::move(*vocabulary), std::move(*preTokenizer)));
    auto merges = file.strings("tokenizer.ggml.merges");
    if (!merges) {
        return merges.takeError();
    }
    if (!*merges && made->m_preTokenizer.ranksById()) {
        made->deriveMerges();
    } else if (auto done = made->m_merges.load(file); !done) {
        return done.takeError();
    }
    return std::unique_ptr<Tokenizer>(std::move(made));
}

/// The merges of a vocabulary that is ordered by rank, as tiktoken files are: what a token falls apart into under the merges of those
/// before it.
void BpeTokenizer::deriveMerges()
{
    PairMerger::Scratch scratch;
    for (TokenId id = 0; id < size(); ++id) {
        if (type(id) != TokenType::kNormal) {
            continue;
        }
        spell(piece(id), scratch);
        m_merges.merger().run(scratch);
        const auto &parts = scratch.parts;
        if (parts.empty() || parts[0].next < 0) {
            continue;
        }
        const PairMerger::Part &second = parts[static_cast<std::size_t>(parts[0].next)];
        if (second.next < 0) {
            m_merges.add(parts[0].symbol, second.symbol, {id, id});
        }
    }
}

void BpeTokenizer::encodePlain(std::string_view text, bool, std::vector<TokenId> &out) const
{
    PairMerger::Scratch scratch;
    WordCache<TokenId> cache;
    const auto encode = [&](std::string_view word, std::vector<TokenId> &ids) {
        if (!m_preTokenizer.ignoresMerges() || !encodeWhole(word, ids)) {
            encodeWord(word, scratch, ids);
        }
    };
    m_preTokenizer.split(text, [&](std::string_view word) { cache.append(word, out, encode); });
}

bool BpeTokenizer::encodeWhole(std::string_view word, std::vector<TokenId> &out) const
{
    constexpr std::size_t kLongest = 256; // no vocabulary has tokens this long: saves mapping huge pieces
    if (word.size() > kLongest) {
        return false;
    }
    std::string mapped;
    for (const char byte : word) {
        mapped += alphabet().text(static_cast<unsigned char>(byte));
    }
    const TokenId id = vocabulary().find(mapped);
    if (id < 0 || !vocabulary().isPlain(id)) {
        return false;
    }
    out.push_back(id);
    return true;
}

void BpeTokenizer::spell(std::string_view word, PairMerger::Scratch &scratch) const
{
    scratch.clear();
    for (std::size_t i = 0; i < word.size(); ++i) {
        scratch.append(m_byteSymbols[static_cast<unsigned char>(word[i])], i, 1);
    }
}

void BpeTokenizer::encodeWord(std::string_view word, PairMerger::Scratch &scratch, std::vector<TokenId> &out) const
{
    spell(word, scratch);
    m_merges.merger().run(scratch);
    for (std::int32_t at = 0; at >= 0; at = scratch.parts[static_cast<std::size_t>(at)].next) {
        const PairMerger::Part &part = scratch.parts[static_cast<std::size_t>(at)];
        emit(part.symbol, word.substr(part.start, part.size), out);
    }
}

void BpeTokenizer::emit(std::int32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const
{
    if (vocabulary().contains(symbol) && vocabulary().isPlain(symbol)) {
        out.push_back(symbol);
        return;
    }
    for (const char byte : bytes) {
        const std::int32_t single = m_byteSymbols[static_cast<unsigned char>(byte)];
        if (vocabulary().contains(single) && vocabulary().isPlain(single)) {
            out.push_back(single);
        }
    }
}

std::string BpeTokenizer::piece(TokenId id) const
{
    if (!vocabulary().contains(id)) {
        return {};
    }
    return vocabulary().isSpecial(id) ? vocabulary().text(id) : tokenBytes(vocabulary().text(id));
}

std::string BpeTokenizer::decode(std::span<const TokenId> ids) const
{
    std::string out;
    for (const TokenId id : ids) {
        out += piece(id);
    }
    return out;
}

} // namespace conclave::engine
