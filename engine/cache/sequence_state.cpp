#include "engine/cache/sequence_state.h"

#include "engine/cache/stream_bytes.h"
#include "engine/model/device_error.h"

#include <algorithm>

namespace conclave::engine
{

using kernels::DType;
using kernels::Tensor;

namespace
{

constexpr int kFirstPositions = 512;

std::int64_t rowCount(int positions, int ratio)
{
    return (static_cast<std::int64_t>(positions) + ratio - 1) / ratio;
}

bool copyTensor(kernels::Device &device, const Tensor &from, const Tensor &to)
{
    std::vector<std::byte> staging(from.packedBytes());
    return device.download(staging, from).ok() && device.upload(to, staging).ok();
}

} // namespace

SequenceState::SequenceState(kernels::Device &device, const KvShape &shape) : m_device(device), m_shape(shape)
{
    for (const KvLayerShape &layer : shape.layers) {
        m_layers.emplace_back();
        m_layers.back().rows.resize(layer.rows.size());
        m_layers.back().states.resize(layer.states.size());
        for (const std::int64_t values : layer.states)
            m_stateValues += values;
    }
}

Tensor SequenceState::whole(kernels::Buffer &memory) const
{
    return Tensor::packed(DType::kF32, {m_stateValues}, &memory);
}

/// Memory of the states, the first time that it is needed.
bool SequenceState::ready()
{
    if (m_stateValues == 0 || m_states)
        return true;
    m_states = m_device.allocate(static_cast<std::size_t>(m_stateValues) * sizeof(float));
    if (!m_states)
        return false;
    layOut(*m_states, &Layer::states);
    return true;
}

void SequenceState::layOut(kernels::Buffer &memory, std::vector<Tensor> Layer::*part)
{
    std::size_t offset = 0;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const std::vector<std::int64_t> &sizes = m_shape.layers[i].states;
        (m_layers[i].*part).resize(sizes.size());
        for (std::size_t which = 0; which < sizes.size(); ++which) {
            (m_layers[i].*part)[which] = Tensor::packed(DType::kF32, {sizes[which]}, &memory, offset);
            offset += static_cast<std::size_t>(sizes[which]) * sizeof(float);
        }
    }
}

Result<Done> SequenceState::keep(int length)
{
    if (!m_kept && m_stateValues > 0) {
        m_kept = m_device.allocate(static_cast<std::size_t>(m_stateValues) * sizeof(float));
        if (!m_kept)
            return outOfMemory("computing tokens ahead");
        layOut(*m_kept, &Layer::kept);
    }
    m_keptLength = length;
    return Done{};
}

void SequenceState::takeKept()
{
    std::swap(m_states, m_kept);
    for (Layer &layer : m_layers)
        std::swap(layer.states, layer.kept);
    m_length = m_keptLength;
    m_keptLength = -1;
}

Result<Done> SequenceState::grow(int length)
{
    const auto refused = [&] { return outOfMemory("a context of " + std::to_string(length) + " tokens"); };
    if (!ready())
        return refused();
    if (length > m_rowPositions) {
        const int positions = std::max({length, kFirstPositions, static_cast<int>(std::min<std::int64_t>(2LL * m_rowPositions, 1 << 26))});
        std::vector<std::unique_ptr<kernels::Buffer>> memory;
        std::vector<std::vector<Tensor>> moved(m_layers.size());
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            for (std::size_t which = 0; which < m_layers[i].rows.size(); ++which) {
                const KvLayerShape::Rows &rows = m_shape.layers[i].rows[which];
                const std::int64_t count = rowCount(positions, rows.ratio);
                memory.push_back(m_device.allocate(static_cast<std::size_t>(count * rows.width) * sizeof(float)));
                if (!memory.back())
                    return refused();
                moved[i].push_back(Tensor::packed(DType::kF32, {count, rows.width}, memory.back().get()));
                const Tensor &old = m_layers[i].rows[which];
                if (!old.empty() && !copyTensor(m_device, old, moved[i].back().slice(0, old.shape[0])))
                    return refused();
            }
        }
        for (std::size_t i = 0; i < m_layers.size(); ++i)
            m_layers[i].rows = std::move(moved[i]);
        m_rowMemory = std::move(memory);
        m_rowPositions = positions;
    }
    m_length = -1;
    return Done{};
}

const SequenceState::Checkpoint *SequenceState::latest(int length) const
{
    const auto found = std::find_if(m_checkpoints.rbegin(), m_checkpoints.rend(), [&](const Checkpoint &c) { return c.length <= length; });
    return found == m_checkpoints.rend() ? nullptr : &*found;
}

bool SequenceState::copyStates(kernels::Buffer &from, kernels::Buffer &to) const
{
    return copyTensor(m_device, whole(from), whole(to));
}

bool SequenceState::clearStates()
{
    if (!m_states)
        return true;
    const std::vector<std::byte> zeros(static_cast<std::size_t>(m_stateValues) * sizeof(float));
    return m_device.upload(whole(*m_states), zeros).ok();
}

int SequenceState::goBack(int length)
{
    if (m_stateValues == 0 || length == m_length) {
        m_length = length;
        return length;
    }
    if (length == m_keptLength && m_length > length) {
        takeKept();
        return m_length;
    }
    const Checkpoint *checkpoint = latest(length);
    const bool restored = checkpoint != nullptr && copyStates(*checkpoint->states, *m_states);
    if (!restored)
        clearStates();
    m_length = restored ? checkpoint->length : 0;
    m_keptLength = -1;
    std::erase_if(m_checkpoints, [&](const Checkpoint &c) { return c.length > m_length; });
    return m_length;
}

void SequenceState::checkpoint()
{
    if (m_stateValues == 0 || m_length <= 0 || (!m_checkpoints.empty() && m_checkpoints.back().length == m_length))
        return;
    Checkpoint made{m_length, nullptr};
    if (m_checkpoints.size() == kMostCheckpoints) {
        made.states = std::move(m_checkpoints.front().states); // the oldest one's memory
        m_checkpoints.erase(m_checkpoints.begin());
    } else {
        made.states = m_device.allocate(static_cast<std::size_t>(m_stateValues) * sizeof(float));
    }
    if (made.states && copyStates(*m_states, *made.states))
        m_checkpoints.push_back(std::move(made));
}

int SequenceState::copyFrom(const SequenceState &other, int length)
{
    int kept = length;
    if (m_stateValues > 0) {
        const Checkpoint *checkpoint = other.latest(length);
        kernels::Buffer *from = other.m_length == length ? other.m_states.get()
                                : checkpoint != nullptr  ? checkpoint->states.get()
                                                         : nullptr;
        kept = other.m_length == length ? length : checkpoint != nullptr ? checkpoint->length : 0;
        if (kept == 0 || from == nullptr || !ready() || !copyStates(*from, *m_states))
            return 0;
    }
    if (!grow(kept).ok())
        return 0;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (std::size_t which = 0; which < m_layers[i].rows.size(); ++which) {
            const std::int64_t used = rowCount(kept, m_shape.layers[i].rows[which].ratio);
            if (used > 0 && !copyTensor(m_device, other.m_layers[i].rows[which].slice(0, used), m_layers[i].rows[which].slice(0, used)))
                return 0;
        }
    }
    m_length = kept;
    checkpoint();
    return kept;
}

std::uint64_t SequenceState::sizeBytes() const
{
    const std::uint64_t copies = m_checkpoints.size() + (m_states ? 1 : 0) + (m_kept ? 1 : 0);
    std::uint64_t bytes = copies * static_cast<std::uint64_t>(m_stateValues) * sizeof(float);
    for (const auto &memory : m_rowMemory)
        bytes += memory->sizeBytes();
    return bytes;
}

Result<Done> SequenceState::save(std::ostream &out, int length) const
{
    std::vector<std::byte> bytes;
    const auto write = [&](const Tensor &tensor) -> Result<Done> {
        bytes.resize(tensor.packedBytes());
        if (const kernels::Status status = m_device.download(bytes, tensor); !status.ok())
            return deviceError(status, "saving the context");
        return writeBytes(out, bytes);
    };
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (std::size_t which = 0; which < m_layers[i].rows.size(); ++which) {
            const std::int64_t used = rowCount(length, m_shape.layers[i].rows[which].ratio);
            if (used == 0)
                continue;
            if (auto written = write(m_layers[i].rows[which].slice(0, used)); !written)
                return written;
        }
    }
    return m_stateValues > 0 && length > 0 ? write(whole(*m_states)) : Result<Done>(Done{});
}

Result<Done> SequenceState::load(std::istream &in, int length)
{
    if (auto grown = grow(length); !grown)
        return grown;
    std::vector<std::byte> bytes;
    const auto read = [&](const Tensor &tensor) -> Result<Done> {
        bytes.resize(tensor.packedBytes());
        if (auto got = readBytes(in, bytes); !got)
            return got;
        if (const kernels::Status status = m_device.upload(tensor, bytes); !status.ok())
            return deviceError(status, "reading the saved context");
        return Done{};
    };
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (std::size_t which = 0; which < m_layers[i].rows.size(); ++which) {
            const std::int64_t used = rowCount(length, m_shape.layers[i].rows[which].ratio);
            if (used == 0)
                continue;
            if (auto done = read(m_layers[i].rows[which].slice(0, used)); !done)
                return done;
        }
    }
    if (m_stateValues > 0 && length > 0) {
        if (auto done = read(whole(*m_states)); !done)
            return done;
    }
    m_length = length;
    checkpoint();
    return Done{};
}

} // namespace conclave::engine
