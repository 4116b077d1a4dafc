#include "engine/base/direct_file.h"

#include "engine/base/file_reads.h"

#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#ifndef _WIN32
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace conclave::engine
{

DirectFile::DirectFile(DirectFile &&other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)), m_direct(other.m_direct) {}

DirectFile &DirectFile::operator=(DirectFile &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_direct, other.m_direct);
    return *this;
}

#ifdef _WIN32

Result<DirectFile> DirectFile::open(const std::filesystem::path &, bool)
{
    return Error{ErrorCode::kInvalidRequest, "Experts cannot be read from disk one by one on this system.", "no pread"};
}

DirectFile::~DirectFile() = default;

void DirectFile::dropCache() const {}

#else

namespace
{

#ifdef O_DIRECT
/// Some file systems open a file so and then refuse to read it.
bool readsDirectly(int descriptor)
{
    constexpr std::align_val_t kAlignment{FileRead::kAlignment};
    struct Release
    {
        void operator()(void *memory) const { ::operator delete(memory, kAlignment); }
    };
    const std::unique_ptr<void, Release> page(::operator new(FileRead::kAlignment, kAlignment));
    return ::pread(descriptor, page.get(), FileRead::kAlignment, 0) > 0;
}
#endif

} // namespace

Result<DirectFile> DirectFile::open(const std::filesystem::path &path, [[maybe_unused]] bool direct)
{
#ifdef O_DIRECT
    if (direct) {
        DirectFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT), true);
        if (file.m_descriptor >= 0 && readsDirectly(file.m_descriptor))
            return file;
    }
#endif
    DirectFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), false);
    if (file.m_descriptor >= 0)
        return file;
    const std::error_code error(errno, std::generic_category());
    const std::u8string name = path.u8string();
    return Error{ErrorCode::kFileUnreadable,
                 "The file \"" + std::string(name.begin(), name.end()) + "\" cannot be read. Check its permissions.", error.message()};
}

DirectFile::~DirectFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void DirectFile::dropCache() const
{
#ifdef POSIX_FADV_DONTNEED
    if (!m_direct)
        ::posix_fadvise(m_descriptor, 0, 0, POSIX_FADV_DONTNEED); // no matter if it is refused
#endif
}

#endif

} // namespace conclave::engine
