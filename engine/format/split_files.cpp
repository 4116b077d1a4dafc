#include "engine/format/split_files.h"

#include <fmt/format.h>

#include <string_view>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kDigits = 5;

std::optional<int> number(std::string_view digits)
{
    int value = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        value = 10 * value + (digit - '0');
    }
    return value;
}

} // namespace

std::filesystem::path SplitName::part(int which) const
{
    const std::string name = fmt::format("{}-{:05}-of-{:05}.gguf", stem, which, count);
    return folder / std::filesystem::path(std::u8string(name.begin(), name.end()));
}

std::optional<SplitName> splitName(const std::filesystem::path &file)
{
    constexpr std::string_view kOf = "-of-";
    constexpr std::string_view kEnd = ".gguf";
    constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits + kEnd.size(); // "-00001-of-00003.gguf"
    const std::u8string encoded = file.filename().u8string();
    const std::string name(encoded.begin(), encoded.end());
    if (name.size() <= kTail || !std::string_view(name).ends_with(kEnd))
        return std::nullopt;
    const std::string_view tail = std::string_view(name).substr(name.size() - kTail);
    const auto which = number(tail.substr(1, kDigits));
    const auto count = number(tail.substr(1 + kDigits + kOf.size(), kDigits));
    if (tail[0] != '-' || tail.substr(1 + kDigits, kOf.size()) != kOf || !which || !count || *which < 1 || *which > *count)
        return std::nullopt;
    return SplitName{file.parent_path(), name.substr(0, name.size() - kTail), *which, *count};
}

} // namespace conclave::engine
