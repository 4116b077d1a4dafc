#pragma once

#include "engine/base/result.h"
#include "engine/cache/kv_shape.h"
#include "kernels/core/device.h"

#include <iosfwd>
#include <memory>
#include <vector>

/// What a sequence remembers beside keys and values: states that every token changes, and rows that stand for several positions.
/// Engine thread only.
namespace conclave::engine
{

/// Rows grow with the sequence, by doubling. States are copied at checkpoints; going back means taking the copy of the latest checkpoint
/// that is not too late. Rows need no copies: those of a forgotten future are written anew before they are seen.
class SequenceState
{
public:
    static constexpr std::size_t kMostCheckpoints = 4;

    /// Memory for the states of `shape`; zeros. Without states and rows nothing is allocated.
    SequenceState(kernels::Device &device, const KvShape &shape);

    /// Rows for `length` positions; states are those of a pass under way from now on. kOutOfMemory: nothing changed.
    Result<Done> grow(int length);
    /// The pass under way keeps the states after `length` positions as well, in `kept`, so that it can go back to there. kOutOfMemory.
    Result<Done> keep(int length);
    /// States are now those after `length` positions.
    void setLength(int length) { m_length = length; }

    /// Brings the states back to at most `length` and returns where they are: `length` itself without states.
    int goBack(int length);
    void checkpoint();
    /// Takes over the states at `length` or before, and the rows, of `other`; returns where they are. 0: none could be taken.
    int copyFrom(const SequenceState &other, int length);

    const kernels::Tensor &rows(int layer, int which) const
    {
        return m_layers[static_cast<std::size_t>(layer)].rows[static_cast<std::size_t>(which)];
    }
    const kernels::Tensor &state(int layer, int which) const
    {
        return m_layers[static_cast<std::size_t>(layer)].states[static_cast<std::size_t>(which)];
    }
    const kernels::Tensor &kept(int layer, int which) const
    {
        return m_layers[static_cast<std::size_t>(layer)].kept[static_cast<std::size_t>(which)];
    }
    std::uint64_t sizeBytes() const;

    Result<Done> save(std::ostream &out, int length) const;
    Result<Done> load(std::istream &in, int length);

private:
    struct Layer
    {
        std::vector<kernels::Tensor> rows;
        std::vector<kernels::Tensor> states;
        std::vector<kernels::Tensor> kept;
    };
    struct Checkpoint
    {
        int length = 0;
        std::unique_ptr<kernels::Buffer> states;
    };

    bool ready();
    void layOut(kernels::Buffer &memory, std::vector<kernels::Tensor> Layer::*part);
    void takeKept();
    bool copyStates(kernels::Buffer &from, kernels::Buffer &to) const;
    bool clearStates();
    kernels::Tensor whole(kernels::Buffer &memory) const;
    const Checkpoint *latest(int length) const;

    kernels::Device &m_device;
    const KvShape &m_shape;
    std::vector<Layer> m_layers;
    std::unique_ptr<kernels::Buffer> m_states; ///< all states, one after another
    std::unique_ptr<kernels::Buffer> m_kept;   ///< the same after m_keptLength positions
    std::int64_t m_stateValues = 0;
    std::vector<std::unique_ptr<kernels::Buffer>> m_rowMemory; ///< one for each layer's rows
    int m_rowPositions = 0;                                    ///< positions that the rows have room for
    std::vector<Checkpoint> m_checkpoints;                     ///< oldest first
    int m_length = 0;                                          ///< -1: a pass is under way
    int m_keptLength = -1;                                     ///< -1: nothing is kept
};

} // namespace conclave::engine
