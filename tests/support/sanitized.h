#pragma once

namespace conclave::test
{

/// Whether this is the build under AddressSanitizer and UBSan. It looks for accesses and arithmetic that are undefined; numbers are
/// compared by the release build. Rows that take the same code over other numbers are left out of it, and repetitions are fewer.
#if defined(__SANITIZE_ADDRESS__) // GCC, MSVC
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

} // namespace conclave::test
