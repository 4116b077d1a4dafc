#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Expected failures travel as values: a file that is broken, memory that does not suffice, an answer that was stopped.
namespace conclave::engine
{

/// Stable codes: tests and the interface decide on these, never on the text.
enum class ErrorCode
{
    kFileNotFound,
    kFileUnreadable,
    kFileTruncated,
    kBadFormat,
    kUnsupportedArchitecture,
    kUnsupportedType,
    kMissingTensor,
    kBadTensor,
    kBadMetadata,
    kBadImage,
    kOutOfMemory,
    kContextFull,
    kCancelled,
    kInvalidRequest,
    kDeviceFailure,
    kWriteFailed,
};

struct Error
{
    ErrorCode code = ErrorCode::kBadFormat;
    /// A sentence or two for the user: what was being done, with which file, what is wrong, what to do.
    std::string message;
    /// For the log: offsets, tensor names, numbers.
    std::string context;
};

/// What was asked to stop has stopped.
inline Error answerStopped()
{
    return {ErrorCode::kCancelled, "The answer was stopped.", "stop requested"};
}

/// A value or an Error.
template <typename T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    T &value() { return std::get<0>(m_state); }
    const T &value() const { return std::get<0>(m_state); }
    T &operator*() { return value(); }
    const T &operator*() const { return value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    const Error &error() const { return std::get<1>(m_state); }
    Error takeError() { return std::move(std::get<1>(m_state)); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value.
struct Done
{
};

} // namespace conclave::engine
