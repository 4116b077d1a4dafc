#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"

#include <utility>

namespace conclave::engine
{

std::string StreamDecoder::push(std::string_view bytes)
{
    m_pending += bytes;
    std::string out;
    std::string_view rest = m_pending;
    while (!rest.empty()) {
        const utf8::Character next = utf8::first(rest);
        if (next.form == utf8::Form::kPartial) {
            break;
        }
        out += next.form == utf8::Form::kWhole ? rest.substr(0, next.size) : utf8::kReplacement;
        rest.remove_prefix(next.size);
    }
    m_pending = std::string(rest);
    return out;
}

std::string StreamDecoder::flush()
{
    const bool unfinished = !std::exchange(m_pending, {}).empty();
    return unfinished ? std::string(utf8::kReplacement) : std::string();
}

} // namespace conclave::engine
