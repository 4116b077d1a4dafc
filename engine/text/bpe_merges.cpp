#include "engine/text/bpe_merges.h"

#include <fmt/format.h>

namespace conclave::engine
{

Result<Done> BpeMerges::load(const GgufFile &file)
{
    constexpr const char *kKey = "tokenizer.ggml.merges";
    auto merges = file.strings(kKey);
    if (!merges) {
        return merges.takeError();
    }
    if (!*merges) {
        return badTokenizerKey(file, kKey, "is missing");
    }
    m_merger.reserve((*merges)->size());
    std::int32_t rank = 0;
    for (const std::string &merge : **merges) {
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string::npos || space + 1 == merge.size()) {
            return badTokenizerKey(file, kKey, fmt::format("has no pair in entry {}", rank));
        }
        const std::string_view left(merge.data(), space);
        const std::string_view right(merge.data() + space + 1, merge.size() - space - 1);
        const std::int32_t first = intern(left);
        const std::int32_t second = intern(right);
        m_merger.add(first, second, {rank, intern(std::string(left).append(right))});
        ++rank;
    }
    return Done{};
}

std::int32_t BpeMerges::intern(std::string_view text)
{
    if (const std::int32_t known = find(text); known >= 0) {
        return known;
    }
    const auto symbol = static_cast<std::int32_t>(static_cast<std::size_t>(m_vocabulary->size()) + m_extraTexts.size());
    m_extraSymbols.emplace(m_extraTexts.emplace_back(text), symbol);
    return symbol;
}

std::int32_t BpeMerges::find(std::string_view text) const
{
    if (const TokenId id = m_vocabulary->find(text); id >= 0) {
        return id;
    }
    const auto found = m_extraSymbols.find(text);
    return found == m_extraSymbols.end() ? -1 : found->second;
}

} // namespace conclave::engine
