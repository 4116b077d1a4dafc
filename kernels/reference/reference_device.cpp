#include "kernels/core/host_memory.h"
#include "kernels/reference/reference_queue.h"

namespace conclave::kernels
{

namespace
{

class ReferenceDevice final : public Device
{
public:
    ReferenceDevice()
    {
        m_info.kind = DeviceKind::kReference;
        m_info.name = "Reference (float64)";
    }
    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override { return allocateHostBuffer(bytes); }
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override { return borrowHostBuffer(memory); }
    std::unique_ptr<Queue> createQueue() override { return std::make_unique<ReferenceQueue>(); }
    Status upload(const Tensor &to, std::span<const std::byte> from) override { return uploadToHost(to, from); }
    Status download(std::span<std::byte> to, const Tensor &from) override { return downloadFromHost(to, from); }

private:
    DeviceInfo m_info;
};

} // namespace

std::unique_ptr<Device> createReferenceDevice()
{
    return std::make_unique<ReferenceDevice>();
}

} // namespace conclave::kernels
