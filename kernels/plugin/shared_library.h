#pragma once

#include <filesystem>
#include <memory>
#include <string>

/// A shared library opened at run time, closed with the last owner.
namespace conclave::kernels
{

class SharedLibrary
{
public:
    /// `file`: a path, or a bare name looked up by the system. nullptr, with the system's words in `reason`, on failure.
    static std::unique_ptr<SharedLibrary> open(const std::filesystem::path &file, std::string &reason);
    ~SharedLibrary();
    SharedLibrary(const SharedLibrary &) = delete;
    SharedLibrary &operator=(const SharedLibrary &) = delete;

    /// Address of an exported function, or nullptr.
    template <class Function>
    Function function(const char *name) const
    {
        return reinterpret_cast<Function>(address(name));
    }

private:
    explicit SharedLibrary(void *handle) : m_handle(handle) {}
    void *address(const char *name) const;

    void *m_handle;
};

} // namespace conclave::kernels
