#pragma once

#include "kernels/core/device.h"

#include <atomic>
#include <memory>
#include <span>
#include <vector>

/// A card and the processor as one device, for models that do not fit the card.
namespace conclave::kernels
{

enum class SplitSide
{
    kCard,
    kHost,
};

class SplitQueue;

/// Ops run where their weights lie: of read-only memory, the stretches named at the start are copied to the card, all of it is on the
/// host. Ops without weights run where the op before them ran, attention where the keys were stored. Buffers that are written have a
/// place on either side, made when that side first needs it, and know which bytes are up to date where; what an op reads is brought to
/// its side first. So whoever computes sees one device, and a model falls into parts by where its weights are.
/// Rows of a table are looked up on the host. Where the card has no memory left for a buffer, the op runs on the host (`spills`).
class SplitDevice final : public Device
{
public:
    /// Neither may be null. `onCard`: stretches of memory that is imported later, each with whole tensors; kept alive by whoever imports.
    SplitDevice(std::unique_ptr<Device> card, std::unique_ptr<Device> host, std::vector<std::span<const std::byte>> onCard);
    ~SplitDevice() override;

    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<Queue> createQueue() override;
    Status upload(const Tensor &to, std::span<const std::byte> from) override;
    Status download(std::span<std::byte> to, const Tensor &from) override;

    Device &card() { return *m_card; }
    Device &host() { return *m_host; }
    Device &side(SplitSide side) { return side == SplitSide::kCard ? *m_card : *m_host; }
    /// Ops that ran on the host because the card had no memory for what they read or wrote.
    std::uint64_t spills() const { return m_spills; }
    void noteSpill() { ++m_spills; }

private:
    std::unique_ptr<Device> m_card;
    std::unique_ptr<Device> m_host;
    std::vector<std::span<const std::byte>> m_onCard; ///< by address
    DeviceInfo m_info;
    std::atomic<std::uint64_t> m_spills = 0;
};

/// Whether a weight of a SplitDevice lies on its card; false for memory of other devices.
bool liesOnCard(const Tensor &weight);

} // namespace conclave::kernels
