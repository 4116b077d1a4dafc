#include "kernels/plugin/shared_library.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace conclave::kernels
{

#ifdef _WIN32

std::unique_ptr<SharedLibrary> SharedLibrary::open(const std::filesystem::path &file, std::string &reason)
{
    // A path also searches the library's own folder; a bare name never searches the current one.
    const DWORD flags = LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | (file.is_absolute() ? LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR : 0);
    if (HMODULE handle = LoadLibraryExW(file.c_str(), nullptr, flags))
        return std::unique_ptr<SharedLibrary>(new SharedLibrary(handle));
    reason = "Windows error " + std::to_string(GetLastError());
    return nullptr;
}

SharedLibrary::~SharedLibrary()
{
    FreeLibrary(static_cast<HMODULE>(m_handle));
}

void *SharedLibrary::address(const char *name) const
{
    return reinterpret_cast<void *>(GetProcAddress(static_cast<HMODULE>(m_handle), name));
}

#else

std::unique_ptr<SharedLibrary> SharedLibrary::open(const std::filesystem::path &file, std::string &reason)
{
    if (void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL))
        return std::unique_ptr<SharedLibrary>(new SharedLibrary(handle));
    const char *text = dlerror();
    reason = text != nullptr ? text : "unknown error";
    return nullptr;
}

SharedLibrary::~SharedLibrary()
{
    dlclose(m_handle);
}

void *SharedLibrary::address(const char *name) const
{
    return dlsym(m_handle, name);
}

#endif

} // namespace conclave::kernels
