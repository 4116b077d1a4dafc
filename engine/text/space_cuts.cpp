#include "engine/text/space_cuts.h"

#include "engine/text/utf8.h"

#include <algorithm>

namespace conclave::engine
{

void SpaceCuts::learn(std::string_view symbol)
{
    const std::string_view mark = utf8::kSpaceMark;
    for (std::size_t at = symbol.find(mark, 1); at < symbol.size(); at = symbol.find(mark, at + 1)) {
        m_joined.set(static_cast<unsigned char>(symbol[at - 1]));
    }
}

std::string_view SpaceCuts::firstWord(std::string_view text) const
{
    const std::string_view mark = utf8::kSpaceMark;
    std::size_t at = text.find(mark, 1);
    while (at < text.size() && m_joined.test(static_cast<unsigned char>(text[at - 1]))) {
        at = text.find(mark, at + 1);
    }
    return text.substr(0, std::min(at, text.size()));
}

} // namespace conclave::engine
