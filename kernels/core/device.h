#pragma once

#include "kernels/core/queue.h"
#include "kernels/core/status.h"
#include "kernels/core/tensor.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

/// Devices and their memory. A device lives longer than its buffers and queues. Methods are thread-safe; a queue is not.
namespace conclave::kernels
{

enum class DeviceKind
{
    kReference,
    kCpu,
    kCuda,
    kVulkan,
};

/// Owns (or, when imported, borrows) a stretch of memory that a device can compute on.
class Buffer
{
public:
    virtual ~Buffer() = default;
    virtual std::size_t sizeBytes() const = 0;
    /// Address where the host can read and write it, or nullptr for memory that only the device sees.
    virtual std::byte *hostData() = 0;
    /// True for imported memory: ops refuse it as an output.
    virtual bool readOnly() const { return false; }
};

struct DeviceInfo
{
    DeviceKind kind = DeviceKind::kCpu;
    std::string name;            ///< "CPU (AVX-512, 2 threads)"
    std::size_t memoryBytes = 0; ///< all of it
};

/// What a device can do at best, as measured: the roof that speeds are compared with. 0: not known.
struct DeviceLimits
{
    double readBytes = 0;      ///< a second, from its memory
    double copyBytes = 0;      ///< a second, read and written ones together
    double int8Operations = 0; ///< a second, multiplications and additions of bytes
};

class Device
{
public:
    virtual ~Device() = default;
    virtual const DeviceInfo &info() const = 0;
    /// Zeroed memory aligned to 64 bytes; nullptr when there is not enough.
    virtual std::unique_ptr<Buffer> allocate(std::size_t bytes) = 0;
    /// Wraps memory owned by the caller (a mapped file) without copying where the device can; the caller keeps it alive.
    /// The memory is only ever read. nullptr when it is empty or not aligned to 4 bytes.
    virtual std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) = 0;
    virtual std::unique_ptr<Queue> createQueue() = 0;
    /// Takes about a second of all of the device.
    virtual DeviceLimits measureLimits() { return {}; }
    /// Host to device and back; packed tensors whose size is that of the span.
    virtual Status upload(const Tensor &to, std::span<const std::byte> from) = 0;
    virtual Status download(std::span<std::byte> to, const Tensor &from) = 0;
};

/// What code may use, the slowest first. A processor may lack one and have a faster one.
enum class CpuLevel
{
    kPortable,
    kAvx2,    ///< AVX2, FMA, F16C
    kAvxVnni, ///< besides, AVX-VNNI: 8-bit products in 256-bit registers
    kAvx512,  ///< AVX-512 F, BW, VL, DQ, VNNI
};

/// The fastest level that this machine has, up to `most`: lower ones can be forced, for tests.
CpuLevel detectCpuLevel(CpuLevel most = CpuLevel::kAvx512);
const char *cpuLevelName(CpuLevel level);

struct CpuOptions
{
    int threads = 0; ///< 0: one for each core
    CpuLevel level = detectCpuLevel();
};

std::unique_ptr<Device> createCpuDevice(const CpuOptions &options = {});
/// Every op in float64, slowly and plainly: the specification, and the truth of all tests.
std::unique_ptr<Device> createReferenceDevice();

} // namespace conclave::kernels
