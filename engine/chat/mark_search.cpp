#include "engine/chat/mark_search.h"

namespace conclave::engine
{

MarkPlace findMark(std::string_view text, std::span<const std::string> marks)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        MarkPlace found{at, -1};
        bool unfinished = false;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const std::string &mark = marks[i];
            if (mark.empty() || mark.front() != rest.front()) {
                continue;
            }
            unfinished = unfinished || (rest.size() < mark.size() && mark.starts_with(rest));
            const bool longer = found.mark < 0 || mark.size() > marks[static_cast<std::size_t>(found.mark)].size();
            if (rest.starts_with(mark) && longer) {
                found.mark = static_cast<int>(i);
            }
        }
        if (unfinished) { // it may still become a longer one
            return {at, -1};
        }
        if (found.mark >= 0) {
            return found;
        }
    }
    return {text.size(), -1};
}

} // namespace conclave::engine
