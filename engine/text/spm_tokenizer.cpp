#include "engine/text/spm_tokenizer.h"

#include "engine/text/utf8.h"
#include "engine/text/word_cache.h"

#include <fmt/format.h>

#include <algorithm>

namespace conclave::engine
{

namespace
{

constexpr const char *kScoresKey = "tokenizer.ggml.scores";

} // namespace

/// The parts of one word while they are joined: a linked list, and a heap of the pairs that could be.
struct SpmTokenizer::Merging
{
    struct Part
    {
        std::string_view text; ///< empty: joined to its left neighbour
        std::int32_t previous;
        std::int32_t next;
    };
    struct Candidate
    {
        float score;
        std::int32_t left;
        std::size_t size; ///< of both parts when this was found: tells whether they are still the same
    };
    /// The highest score on top, the leftmost of equals.
    static bool later(const Candidate &a, const Candidate &b) { return a.score != b.score ? a.score < b.score : a.left > b.left; }

    explicit Merging(const SpmTokenizer &owner) : tokenizer(owner) {}

    void start(std::string_view text)
    {
        parts.clear();
        while (!text.empty()) {
            const std::size_t size = utf8::first(text).size;
            const auto at = static_cast<std::int32_t>(parts.size());
            parts.push_back({text.substr(0, size), at - 1, at + 1});
            text.remove_prefix(size);
        }
        parts.back().next = -1;
    }

    Part &part(std::int32_t at) { return parts[static_cast<std::size_t>(at)]; }

    void consider(std::int32_t left)
    {
        if (left < 0 || part(left).next < 0) {
            return;
        }
        const Part &first = part(left);
        const std::string_view joined(first.text.data(), first.text.size() + part(first.next).text.size());
        if (joined.size() > tokenizer.m_longest) {
            return;
        }
        if (const TokenId id = tokenizer.plainToken(joined); id >= 0) {
            heap.push_back({tokenizer.m_scores[static_cast<std::size_t>(id)], left, joined.size()});
            std::push_heap(heap.begin(), heap.end(), later);
        }
    }

    void run(std::string_view text)
    {
        start(text);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            consider(static_cast<std::int32_t>(i));
        }
        while (!heap.empty()) {
            std::pop_heap(heap.begin(), heap.end(), later);
            const Candidate best = heap.back();
            heap.pop_back();
            join(best);
        }
    }

    void join(const Candidate &best)
    {
        Part &first = part(best.left);
        if (first.text.empty() || first.next < 0) {
            return;
        }
        Part &second = part(first.next);
        if (first.text.size() + second.text.size() != best.size) {
            return; // one of the two has grown since
        }
        first.text = {first.text.data(), best.size};
        first.next = second.next;
        second.text = {};
        if (first.next >= 0) {
            part(first.next).previous = best.left;
        }
        consider(first.previous);
        consider(best.left);
    }

    const SpmTokenizer &tokenizer;
    std::vector<Part> parts;
    std::vector<Candidate> heap;
};

SpmTokenizer::SpmTokenizer(Vocabulary vocabulary) : VocabularyTokenizer(std::move(vocabulary))
{
    for (TokenId id = 0; id < size(); ++id) {
        m_longest = std::max(m_longest, this->vocabulary().text(id).size());
        m_cuts.learn(this->vocabulary().text(id));
    }
}

Result<std::unique_ptr<Tokenizer>> SpmTokenizer::load(const GgufFile &file)
{
    auto vocabulary = Vocabulary::load(file, {true});
    if (!vocabulary) {
        return vocabulary.takeError();
    }
    std::unique_ptr<SpmTokenizer> made(new SpmTokenizer(std::move(*vocabulary)));
    if (auto done = made->loadScores(file); !done) {
        return done.takeError();
    }
    auto prefix = file.boolean("tokenizer.ggml.add_space_prefix");
    if (!prefix) {
        return prefix.takeError();
    }
    made->m_addsSpacePrefix = prefix->value_or(true);
    return std::unique_ptr<Tokenizer>(std::move(made));
}

Result<Done> SpmTokenizer::loadScores(const GgufFile &file)
{
    auto scores = file.numbers(kScoresKey);
    if (!scores) {
        return scores.takeError();
    }
    if (!*scores) {
        return badTokenizerKey(file, kScoresKey, "is missing");
    }
    const auto count = static_cast<std::size_t>(size());
    if ((*scores)->size() != count) {
        return badTokenizerKey(file, kScoresKey, fmt::format("has {} entries for {} tokens", (*scores)->size(), count));
    }
    m_scores.reserve(count);
    for (const double score : **scores) {
        m_scores.push_back(static_cast<float>(std::clamp(score, -1e30, 1e30)));
    }
    return Done{};
}

TokenId SpmTokenizer::plainToken(std::string_view text) const
{
    const TokenId id = vocabulary().find(text);
    return id >= 0 && vocabulary().isPlain(id) && vocabulary().type(id) != TokenType::kByte ? id : -1;
}

void SpmTokenizer::encodePlain(std::string_view text, bool atStart, std::vector<TokenId> &out) const
{
    std::string escaped = utf8::replaceAll(text, " ", utf8::kSpaceMark);
    if (m_addsSpacePrefix && atStart) {
        escaped.insert(0, utf8::kSpaceMark);
    }
    Merging merging(*this);
    WordCache<TokenId> cache;
    const auto encode = [&](std::string_view word, std::vector<TokenId> &ids) {
        merging.run(word);
        for (std::int32_t at = 0; at >= 0; at = merging.part(at).next) {
            emit(merging.part(at).text, ids);
        }
    };
    for (std::string_view rest = escaped; !rest.empty();) {
        const std::string_view word = m_cuts.firstWord(rest);
        cache.append(word, out, encode);
        rest.remove_prefix(word.size());
    }
}

void SpmTokenizer::emit(std::string_view symbol, std::vector<TokenId> &out) const
{
    if (const TokenId id = plainToken(symbol); id >= 0) {
        out.push_back(id);
        return;
    }
    appendBytes(symbol, out);
}

std::string SpmTokenizer::piece(TokenId id) const
{
    return markedPiece(id);
}

std::string SpmTokenizer::decode(std::span<const TokenId> ids) const
{
    std::string out;
    bool atStart = true; // where encoding put a space in front
    for (const TokenId id : ids) {
        std::string text = piece(id);
        const bool special = vocabulary().isSpecial(id);
        if (atStart && !special && m_addsSpacePrefix && text.starts_with(' ')) {
            text.erase(0, 1);
        }
        out += text;
        atStart = special;
    }
    return out;
}

} // namespace conclave::engine
