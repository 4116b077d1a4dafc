#pragma once

/// What a kernel reports: a code and a static sentence. Never allocates, never throws.
namespace conclave::kernels
{

enum class StatusCode
{
    kOk,
    kInvalidArgument, ///< shapes, types or ranges that do not fit the op
    kUnsupported,     ///< the device has no variant for this type or shape
    kOutOfMemory,
    kDeviceLost,
};

struct [[nodiscard]] Status
{
    StatusCode code = StatusCode::kOk;
    const char *text = ""; ///< static storage; for the log, not for the user

    constexpr bool ok() const { return code == StatusCode::kOk; }
    static constexpr Status success() { return {}; }
    static constexpr Status invalid(const char *why) { return {StatusCode::kInvalidArgument, why}; }
    static constexpr Status unsupported(const char *why) { return {StatusCode::kUnsupported, why}; }
};

} // namespace conclave::kernels
