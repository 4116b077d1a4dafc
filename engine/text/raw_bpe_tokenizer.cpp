#include "engine/text/raw_bpe_tokenizer.h"

#include "engine/text/utf8.h"
#include "engine/text/word_cache.h"

#include <algorithm>

namespace conclave::engine
{

Result<std::unique_ptr<Tokenizer>> RawBpeTokenizer::load(const GgufFile &file)
{
    auto vocabulary = Vocabulary::load(file, {true});
    if (!vocabulary) {
        return vocabulary.takeError();
    }
    // Some files say that no BOS is added. The models do not work without.
    vocabulary->addBosAlways();
    std::unique_ptr<RawBpeTokenizer> made(new RawBpeTokenizer(std::move(*vocabulary)));
    if (auto done = made->m_merges.load(file); !done) {
        return done.takeError();
    }
    for (TokenId id = 0; id < made->size(); ++id) {
        made->m_cuts.learn(made->vocabulary().text(id));
    }
    for (const std::string &text : made->m_merges.extraTexts()) {
        made->m_cuts.learn(text);
    }
    return std::unique_ptr<Tokenizer>(std::move(made));
}

void RawBpeTokenizer::encodePlain(std::string_view text, bool, std::vector<TokenId> &out) const
{
    const std::string escaped = utf8::replaceAll(text, " ", utf8::kSpaceMark);
    PairMerger::Scratch scratch;
    WordCache<TokenId> cache;
    const auto encode = [&](std::string_view word, std::vector<TokenId> &ids) { encodeWord(word, scratch, ids); };
    std::string_view rest = escaped;
    while (!rest.empty()) {
        const bool breaks = rest.front() == '\n';
        const std::size_t end = std::min(breaks ? rest.find_first_not_of('\n') : rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end);
        const TokenId whole = breaks ? vocabulary().find(line) : -1;
        if (whole >= 0 && vocabulary().isPlain(whole)) {
            out.push_back(whole);
            continue;
        }
        while (!line.empty()) {
            const std::string_view word = m_cuts.firstWord(line);
            cache.append(word, out, encode);
            line.remove_prefix(word.size());
        }
    }
}

void RawBpeTokenizer::encodeWord(std::string_view word, PairMerger::Scratch &scratch, std::vector<TokenId> &out) const
{
    scratch.clear();
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t size = utf8::first(word.substr(at)).size;
        scratch.append(m_merges.find(word.substr(at, size)), at, size);
        at += size;
    }
    m_merges.merger().run(scratch);
    for (std::int32_t at = 0; at >= 0; at = scratch.parts[static_cast<std::size_t>(at)].next) {
        const PairMerger::Part &part = scratch.parts[static_cast<std::size_t>(at)];
        emit(part.symbol, word.substr(part.start, part.size), out);
    }
}

void RawBpeTokenizer::emit(std::int32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const
{
    if (vocabulary().contains(symbol) && vocabulary().isPlain(symbol)) {
        out.push_back(symbol);
        return;
    }
    appendBytes(bytes, out);
}

std::string RawBpeTokenizer::piece(TokenId id) const
{
    return markedPiece(id);
}

std::string RawBpeTokenizer::decode(std::span<const TokenId> ids) const
{
    std::string out;
    for (const TokenId id : ids) {
        out += piece(id);
    }
    return out;
}

} // namespace conclave::engine
