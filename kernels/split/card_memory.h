#pragma once

#include "kernels/split/split_device.h"

#include <memory>

/// Weights of a SplitDevice that are put together for one of its cards, and are nowhere else.
namespace conclave::kernels
{

/// Memory on a card alone: Device::upload fills it, and ops with a weight in it run on that card. Where it has no memory left for
/// such an op, nobody can compute it: kOutOfMemory.
class CardMemory final : public Buffer
{
public:
    CardMemory(SplitSide side, std::unique_ptr<Buffer> there) : m_side(side), m_there(std::move(there)) {}

    std::size_t sizeBytes() const override { return m_there->sizeBytes(); }
    std::byte *hostData() override { return nullptr; }
    bool readOnly() const override { return true; }

    SplitSide side() const { return m_side; }
    Tensor onCard(Tensor tensor) const
    {
        tensor.buffer = m_there.get();
        return tensor;
    }

private:
    SplitSide m_side;
    std::unique_ptr<Buffer> m_there;
};

/// Where a weight of a SplitDevice lies; none for other memory.
std::optional<SplitSide> sideOfWeight(const Tensor &weight);

/// Such memory on the card that `weight` lies on; nullptr without room, or where `weight` lies on no card.
std::unique_ptr<Buffer> allocateBeside(Device &device, const Tensor &weight, std::size_t bytes);

/// Brings a tensor that ops write to where an op with `weight` would read it, as that op would: for ops that are to run on both sides at a
/// time. The queue is finished. On devices that are no SplitDevice nothing is to be done.
Status bringBeside(Device &device, const Tensor &weight, const Tensor &tensor);

} // namespace conclave::kernels
