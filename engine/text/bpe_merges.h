#pragma once

#include "engine/text/pair_merger.h"
#include "engine/text/vocabulary.h"

#include <deque>

namespace conclave::engine
{

/// The merges of a byte-pair vocabulary (tokenizer.ggml.merges). Symbols are token ids; texts that only occur in merges get numbers
/// behind them. The vocabulary outlives it.
class BpeMerges
{
public:
    explicit BpeMerges(const Vocabulary &vocabulary) : m_vocabulary(&vocabulary) {}

    /// kBadMetadata when the key is missing or holds what is no pair.
    Result<Done> load(const GgufFile &file);
    void add(std::int32_t left, std::int32_t right, PairMerger::Merge merge) { m_merger.add(left, right, merge); }

    /// Symbol of a text, a new one if need be.
    std::int32_t intern(std::string_view text);
    /// Symbol of a text, or -1.
    std::int32_t find(std::string_view text) const;
    /// Texts of the symbols that are no tokens.
    const std::deque<std::string> &extraTexts() const { return m_extraTexts; }

    const PairMerger &merger() const { return m_merger; }

private:
    const Vocabulary *m_vocabulary;
    PairMerger m_merger;
    std::unordered_map<std::string_view, std::int32_t> m_extraSymbols;
    std::deque<std::string> m_extraTexts;
};

} // namespace conclave::engine
