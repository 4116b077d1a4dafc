#include "engine/text/bpe_tokenizer.h"

#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace conclave::engine
{

namespace
{

constexpr const char *kMergesKey = "tokenizer.ggml.merges";

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

std::uint64_t pairKey(std::int32_t left, std::int32_t right)
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
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

/// Reused from piece to piece.
struct BpeTokenizer::Scratch
{
    struct Part
    {
        std::int32_t symbol;
        std::int32_t previous;
        std::int32_t next;
        std::uint32_t start; ///< bytes of the piece
        std::uint32_t size;  ///< 0: joined to its left neighbour
    };
    struct Candidate
    {
        Merge merge;
        std::int32_t left;  ///< part
        std::uint32_t size; ///< of both parts when this was found: tells whether they are still the same
    };
    /// The lowest rank on top, the leftmost of equals.
    static bool later(const Candidate &a, const Candidate &b)
    {
        return a.merge.rank != b.merge.rank ? a.merge.rank > b.merge.rank : a.left > b.left;
    }

    std::vector<Part> parts;
    std::vector<Candidate> heap;
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, PreTokenizer preTokenizer)
    : VocabularyTokenizer(std::move(vocabulary)), m_preTokenizer(std::move(preTokenizer))
{
    for (int byte = 0; byte < 256; ++byte) {
        m_byteSymbols[static_cast<std::size_t>(byte)] = intern(alphabet().text(static_cast<unsigned char>(byte)));
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
    if (auto done = made->loadMerges(file); !done) {
        return done.takeError();
    }
    return std::unique_ptr<Tokenizer>(std::move(made));
}

Result<Done> BpeTokenizer::loadMerges(const GgufFile &file)
{
    auto merges = file.strings(kMergesKey);
    if (!merges) {
        return merges.takeError();
    }
    if (!*merges) {
        return badTokenizerKey(file, kMergesKey, "is missing");
    }
    m_merges.reserve((*merges)->size());
    std::int32_t rank = 0;
    for (const std::string &merge : **merges) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos || space + 1 == merge.size()) {
            return badTokenizerKey(file, kMergesKey, fmt::format("has no pair in entry {}", rank));
        }
        const std::string_view left(merge.data(), space);
        const std::string_view right(merge.data() + space + 1, merge.size() - space - 1);
        const std::uint64_t key = pairKey(intern(left), intern(right));
        m_merges.try_emplace(key, Merge{rank, intern(std::string(left).append(right))});
        ++rank;
    }
    return Done{};
}

std::int32_t BpeTokenizer::intern(std::string_view text)
{
    if (const TokenId id = vocabulary().find(text); id >= 0) {
        return id;
    }
    if (const auto found = m_extraSymbols.find(text); found != m_extraSymbols.end()) {
        return found->second;
    }
    const auto symbol = static_cast<std::int32_t>(static_cast<std::size_t>(vocabulary().size()) + m_extraTexts.size());
    m_extraSymbols.emplace(m_extraTexts.emplace_back(text), symbol);
    return symbol;
}

const BpeTokenizer::Merge *BpeTokenizer::mergeOf(std::int32_t left, std::int32_t right) const
{
    const auto found = m_merges.find(pairKey(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

void BpeTokenizer::encodePlain(std::string_view text, bool, std::vector<TokenId> &out) const
{
    Scratch scratch;
    for (const std::string_view word : m_preTokenizer.split(text)) {
        if (!m_preTokenizer.ignoresMerges() || !encodeWhole(word, out)) {
            encodeWord(word, scratch, out);
        }
    }
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

void BpeTokenizer::encodeWord(std::string_view word, Scratch &scratch, std::vector<TokenId> &out) const
{
    scratch.parts.clear();
    const auto count = static_cast<std::int32_t>(word.size());
    for (std::int32_t i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(word[static_cast<std::size_t>(i)]);
        scratch.parts.push_back({m_byteSymbols[byte], i - 1, i + 1 < count ? i + 1 : -1, static_cast<std::uint32_t>(i), 1});
    }
    mergeAll(scratch);
    for (std::int32_t at = 0; at >= 0; at = scratch.parts[static_cast<std::size_t>(at)].next) {
        const Scratch::Part &part = scratch.parts[static_cast<std::size_t>(at)];
        emit(part.symbol, word.substr(part.start, part.size), out);
    }
}

void BpeTokenizer::mergeAll(Scratch &scratch) const
{
    auto &parts = scratch.parts;
    auto &heap = scratch.heap;
    heap.clear();
    const auto consider = [&](std::int32_t left) {
        if (left < 0 || parts[static_cast<std::size_t>(left)].next < 0) {
            return;
        }
        const Scratch::Part &first = parts[static_cast<std::size_t>(left)];
        const Scratch::Part &second = parts[static_cast<std::size_t>(first.next)];
        if (const Merge *merge = mergeOf(first.symbol, second.symbol)) {
            heap.push_back({*merge, left, first.size + second.size});
            std::push_heap(heap.begin(), heap.end(), Scratch::later);
        }
    };
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        consider(static_cast<std::int32_t>(i));
    }
    while (!heap.empty()) {
        std::pop_heap(heap.begin(), heap.end(), Scratch::later);
        const Scratch::Candidate best = heap.back();
        heap.pop_back();
        Scratch::Part &first = parts[static_cast<std::size_t>(best.left)];
        if (first.size == 0 || first.next < 0) {
            continue;
        }
        Scratch::Part &second = parts[static_cast<std::size_t>(first.next)];
        if (first.size + second.size != best.size) {
            continue; // one of the two has grown since
        }
        first.symbol = best.merge.symbol;
        first.size = best.size;
        first.next = second.next;
        second.size = 0;
        if (first.next >= 0) {
            parts[static_cast<std::size_t>(first.next)].previous = best.left;
        }
        consider(first.previous);
        consider(best.left);
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
