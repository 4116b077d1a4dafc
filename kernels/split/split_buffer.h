#pragma once

#include "kernels/split/split_device.h"

#include <array>
#include <vector>

namespace conclave::kernels
{

/// A stretch of a buffer: bytes begin .. end - 1.
struct ByteRange
{
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// From a tensor's first byte to its last, what lies between its rows included; empty for a tensor without elements.
ByteRange rangeOf(const Tensor &tensor);

/// Read-only memory of a SplitDevice: all of it on the host, some stretches on the card as well.
class SplitWeights final : public Buffer
{
public:
    struct Run
    {
        ByteRange range;
        std::unique_ptr<Buffer> buffer;
    };

    SplitWeights(std::unique_ptr<Buffer> host, std::vector<Run> runs) : m_host(std::move(host)), m_runs(std::move(runs)) {}

    std::size_t sizeBytes() const override { return m_host->sizeBytes(); }
    std::byte *hostData() override { return m_host->hostData(); }
    bool readOnly() const override { return true; }

    /// The tensor where it lies on the card; an empty one where it does not.
    Tensor onCard(const Tensor &tensor) const;
    Tensor onHost(Tensor tensor) const;

private:
    std::unique_ptr<Buffer> m_host;
    std::vector<Run> m_runs; ///< by range
};

/// Memory of a SplitDevice that ops write. Not thread-safe, as its queue is not.
class SplitBuffer final : public Buffer
{
public:
    SplitBuffer(SplitDevice &device, std::size_t bytes) : m_device(device), m_bytes(bytes), m_stretches{{0, kBoth}} {}

    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }

    /// True when bytes of the range are up to date only on the other side.
    bool stale(SplitSide side, ByteRange range) const;
    /// Makes the range usable on a side, allocating that side's memory, copying bytes that are only up to date on the other one. Both
    /// sides are idle. kOutOfMemory leaves everything as it was.
    Status ready(SplitSide side, ByteRange range);
    /// The same for a range that is about to be written whole: nothing is copied.
    Status makeRoom(SplitSide side);
    /// The range was written there.
    void written(SplitSide side, ByteRange range);
    /// Gives the other side's memory back when nothing there is needed any more.
    void dropOther(SplitSide side);
    /// Where all of it is up to date, the host before the card.
    SplitSide sideOf(ByteRange range) const;
    bool has(SplitSide side) const { return m_sides[index(side)] != nullptr; }

    Tensor on(SplitSide side, Tensor tensor) const
    {
        tensor.buffer = m_sides[index(side)].get();
        return tensor;
    }

    /// Where keys and values of a context were last stored.
    bool stored = false;
    SplitSide storedOn = SplitSide::kHost;

private:
    enum Fresh : unsigned char
    {
        kCardOnly = 1,
        kHostOnly = 2,
        kBoth = 3,
    };
    struct Stretch
    {
        std::size_t begin; ///< up to the next one's
        unsigned char fresh;
    };

    static std::size_t index(SplitSide side) { return side == SplitSide::kCard ? 0 : 1; }
    static unsigned char mark(SplitSide side) { return side == SplitSide::kCard ? kCardOnly : kHostOnly; }
    std::size_t endOf(std::size_t stretch) const { return stretch + 1 < m_stretches.size() ? m_stretches[stretch + 1].begin : m_bytes; }
    void set(ByteRange range, unsigned char fresh);
    Status copy(SplitSide to, ByteRange range);

    SplitDevice &m_device;
    std::size_t m_bytes;
    std::array<std::unique_ptr<Buffer>, 2> m_sides;
    std::vector<Stretch> m_stretches; ///< by begin, the first at 0; memory that nobody wrote is zero on both sides
};

} // namespace conclave::kernels
