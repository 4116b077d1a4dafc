#pragma once

#include <cstddef>
#include <cstdio>
#include <exception>
#include <string>

/// For the plugins' exported functions.
namespace conclave::kernels
{

/// Calls `make(why)`, copies `why` to the caller's `reason`, and turns an exception into nullptr with its text.
template <class Result, class Make>
Result *guarded(char *reason, std::size_t bytes, const Make &make) noexcept
{
    try {
        std::string why;
        Result *result = make(why);
        std::snprintf(reason, bytes, "%s", why.c_str());
        return result;
    } catch (const std::exception &error) {
        std::snprintf(reason, bytes, "%s", error.what());
        return nullptr;
    } catch (...) // a driver's own kind
    {
        std::snprintf(reason, bytes, "unknown exception");
        return nullptr;
    }
}

} // namespace conclave::kernels
