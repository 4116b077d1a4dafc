#include "engine/format/mapped_file.h"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace conclave::engine
{

namespace
{

Error fileError(ErrorCode code, const std::filesystem::path &path, std::string_view what, std::string context)
{
    return {code, fmt::format("The file \"{}\" {}", displayPath(path), what), std::move(context)};
}

/// Refuses what is no plain file before anything is opened: opening a pipe would block.
Result<Done> checkPlainFile(const std::filesystem::path &path)
{
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        return fileError(ErrorCode::kFileNotFound, path, "does not exist. Check where it was moved, or download it again.",
                         error.message());
    }
    if (status.type() == std::filesystem::file_type::directory) {
        return fileError(ErrorCode::kFileUnreadable, path, "is a folder. Choose a model file inside it.", {});
    }
    if (error) {
        return fileError(ErrorCode::kFileUnreadable, path, "cannot be read. Check its permissions.", error.message());
    }
    if (status.type() != std::filesystem::file_type::regular) {
        return fileError(ErrorCode::kFileUnreadable, path, "is not a plain file. Choose a model file.", {});
    }
    return Done{};
}

Error emptyFile(const std::filesystem::path &path)
{
    return fileError(ErrorCode::kFileTruncated, path, "is empty. The download did not finish; download it again.", {});
}

Error tooLarge(const std::filesystem::path &path)
{
    return fileError(ErrorCode::kOutOfMemory, path, "is too large for the address space of this machine.", {});
}

#ifdef _WIN32

/// Closes a Windows handle at the end of its scope.
class ScopedHandle
{
public:
    explicit ScopedHandle(HANDLE handle) : m_handle(handle) {}
    ScopedHandle(const ScopedHandle &) = delete;
    ScopedHandle &operator=(const ScopedHandle &) = delete;
    ~ScopedHandle()
    {
        if (valid()) {
            CloseHandle(m_handle);
        }
    }
    bool valid() const { return m_handle != nullptr && m_handle != INVALID_HANDLE_VALUE; }
    HANDLE get() const { return m_handle; }

private:
    HANDLE m_handle;
};

Error unreadable(const std::filesystem::path &path)
{
    const std::error_code error(static_cast<int>(GetLastError()), std::system_category());
    return fileError(ErrorCode::kFileUnreadable, path, "cannot be read. Check its permissions.", error.message());
}

Result<std::span<const std::byte>> mapWholeFile(const std::filesystem::path &path)
{
    const ScopedHandle file(
        CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    LARGE_INTEGER size;
    if (!file.valid() || !GetFileSizeEx(file.get(), &size)) {
        return unreadable(path);
    }
    if (size.QuadPart == 0) {
        return emptyFile(path);
    }
    if (static_cast<std::uint64_t>(size.QuadPart) > std::numeric_limits<std::size_t>::max()) {
        return tooLarge(path);
    }
    const ScopedHandle mapping(CreateFileMappingW(file.get(), nullptr, PAGE_READONLY, 0, 0, nullptr));
    if (!mapping.valid()) {
        return unreadable(path);
    }
    const void *data = MapViewOfFile(mapping.get(), FILE_MAP_READ, 0, 0, 0);
    if (data == nullptr) {
        return unreadable(path);
    }
    return std::span(static_cast<const std::byte *>(data), static_cast<std::size_t>(size.QuadPart));
}

void adviseHugePages(const std::byte *, std::size_t) {}

void unmap(const std::byte *data, std::size_t)
{
    UnmapViewOfFile(data);
}

#else

constexpr std::size_t kHugePagesFrom = std::size_t{64} << 20; ///< smaller files would just read more than they need

/// Closes a file descriptor at the end of its scope.
class ScopedDescriptor
{
public:
    explicit ScopedDescriptor(int descriptor) : m_descriptor(descriptor) {}
    ScopedDescriptor(const ScopedDescriptor &) = delete;
    ScopedDescriptor &operator=(const ScopedDescriptor &) = delete;
    ~ScopedDescriptor()
    {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    int get() const { return m_descriptor; }

private:
    int m_descriptor;
};

Error unreadable(const std::filesystem::path &path)
{
    const std::error_code error(errno, std::generic_category());
    return fileError(ErrorCode::kFileUnreadable, path, "cannot be read. Check its permissions.", error.message());
}

Result<std::span<const std::byte>> mapWholeFile(const std::filesystem::path &path)
{
    const ScopedDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info = {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
        return unreadable(path);
    }
    if (info.st_size <= 0) {
        return emptyFile(path);
    }
    if (static_cast<std::uint64_t>(info.st_size) > std::numeric_limits<std::size_t>::max()) {
        return tooLarge(path);
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    void *data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
    if (data == MAP_FAILED) {
        return errno == ENOMEM ? tooLarge(path) : unreadable(path);
    }
    return std::span(static_cast<const std::byte *>(data), size);
}

void adviseHugePages([[maybe_unused]] const std::byte *data, [[maybe_unused]] std::size_t size)
{
#ifdef MADV_HUGEPAGE
    if (size >= kHugePagesFrom) {
        ::madvise(const_cast<std::byte *>(data), size, MADV_HUGEPAGE); // no matter if it is refused
    }
#endif
}

void unmap(const std::byte *data, std::size_t size)
{
    ::munmap(const_cast<std::byte *>(data), size);
}

#endif

} // namespace

std::string displayPath(const std::filesystem::path &path)
{
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
}

Result<MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    if (auto plain = checkPlainFile(path); !plain) {
        return plain.takeError();
    }
    auto mapped = mapWholeFile(path);
    if (!mapped) {
        return mapped.takeError();
    }
    return MappedFile(mapped->data(), mapped->size());
}

MappedFile::MappedFile(MappedFile &&other) noexcept : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

void MappedFile::willReadOften() const
{
    adviseHugePages(m_data, m_size);
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr) {
        unmap(m_data, m_size);
    }
}

} // namespace conclave::engine
