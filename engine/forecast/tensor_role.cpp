#include "engine/forecast/tensor_role.h"

#include <charconv>
#include <system_error>

namespace conclave::engine
{

int layerOf(std::string_view name)
{
    constexpr std::string_view kBlock = "blk.";
    if (!name.starts_with(kBlock))
        return -1;
    name.remove_prefix(kBlock.size());
    int layer = -1;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), layer);
    return parsed.ec == std::errc() && parsed.ptr < name.data() + name.size() && *parsed.ptr == '.' ? layer : -1;
}

bool isRoutedExpert(std::string_view name)
{
    return name.find("_exps.") != std::string_view::npos;
}

bool isVision(std::string_view name)
{
    return name.starts_with("v.") || name.starts_with("mm.");
}

} // namespace conclave::engine
