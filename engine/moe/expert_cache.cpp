#include "engine/moe/expert_cache.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace conclave::engine
{
namespace
{

using kernels::Status;
using kernels::Tensor;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPage = FileRead::kAlignment;
constexpr std::uint64_t kMatrices = 4; ///< a tag is slot * kMatrices + matrix

std::size_t roundUp(std::size_t bytes, std::size_t to)
{
    return (bytes + to - 1) / to * to;
}

/// Index and address of a bias' row for an expert.
const std::byte *rowOf(const Tensor &bias, std::int32_t expert)
{
    return bias.buffer->hostData() + bias.offset + static_cast<std::size_t>(expert) * static_cast<std::size_t>(bias.strideBytes[0]);
}

std::size_t rowBytesOf(const Tensor &bias)
{
    return static_cast<std::size_t>(bias.shape[1]) * sizeof(float);
}

std::string megabytes(std::uint64_t bytes)
{
    return std::to_string(bytes / 1'000'000) + " MB";
}

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

ExpertCache::ExpertCache(std::unique_ptr<WeightFiles> files, const Settings &settings, const std::vector<int> &experts)
    : m_files(std::move(files)), m_settings(settings), m_use(experts, settings.mostChosen, settings.used)
{
    m_use.beginPass();
}

/// Memory of reads under way must live until they end.
ExpertCache::~ExpertCache()
{
    m_files.reset();
}

Result<std::unique_ptr<ExpertCache>> ExpertCache::create(kernels::Device &device, std::unique_ptr<WeightFiles> files,
                                                         std::vector<Source> sources, const Settings &settings)
{
    std::vector<int> experts;
    for (const Source &source : sources)
        experts.push_back(source.tensors.gate.empty() ? 0 : static_cast<int>(source.tensors.gate.shape[0]));
    std::unique_ptr<ExpertCache> cache(new ExpertCache(std::move(files), settings, experts));
    for (Source &source : sources)
        cache->m_layers.push_back(laidOut(std::move(source)));
    cache->m_marks.resize(static_cast<std::size_t>(experts.empty() ? 0 : *std::max_element(experts.begin(), experts.end())));
    if (auto made = cache->makeSlots(device); !made)
        return made.takeError();
    return cache;
}

/// Matrices one behind the other, each from a page on, so that it can be read past the page cache; then biases. Experts whose size is not
/// a number of pages begin elsewhere in a page each, and are moved to where expert 0 would begin.
ExpertCache::Layer ExpertCache::laidOut(Source source)
{
    Layer layer;
    const ExpertTensors &tensors = source.tensors;
    if (tensors.gate.empty())
        return layer;
    std::size_t at = 0;
    for (int i = 0; i < 3; ++i) {
        const Matrix &matrix = source.matrices[i];
        layer.matrixAt[i] = at;
        layer.lead[i] = matrix.offset % kPage;
        const std::size_t worst = matrix.stride % kPage == 0 ? layer.lead[i] : kPage - 1;
        at += roundUp(worst + matrix.bytes, kPage);
    }
    const Tensor *const biases[] = {&tensors.gateBias, &tensors.upBias, &tensors.downBias};
    for (int i = 0; i < 3; ++i) {
        layer.biasAt[i] = at;
        at += biases[i]->empty() ? 0 : roundUp(rowBytesOf(*biases[i]), 64);
    }
    layer.bytes = roundUp(at, kPage);
    layer.where.assign(static_cast<std::size_t>(tensors.gate.shape[0]), kNowhere);
    for (const std::int32_t expert : source.elsewhere)
        layer.where[static_cast<std::size_t>(expert)] = kElsewhere;
    layer.source = std::move(source);
    return layer;
}

Result<Done> ExpertCache::makeSlots(kernels::Device &device)
{
    for (const Layer &layer : m_layers)
        m_slotBytes = std::max(m_slotBytes, layer.bytes);
    const std::size_t room = m_slotBytes > 0 ? static_cast<std::size_t>(m_settings.bytes / m_slotBytes) : 0;
    const std::size_t count = std::min(room, experts());
    const auto least = std::min(static_cast<std::size_t>(m_settings.mostChosen), experts());
    if (count < least)
        return Error{ErrorCode::kOutOfMemory,
                     "There is not enough memory for the model \"" + m_files->name() + "\": the " + std::to_string(least) +
                         " experts that one token needs take " + megabytes(least * m_slotBytes) + ", and only " +
                         megabytes(m_settings.bytes) +
                         " are left for experts. Close other programs, or choose a shorter context or a "
                         "smaller model.",
                     "expert cache"};
    m_memory = ReservedMemory::reserve(count * m_slotBytes);
    if (m_memory)
        m_buffer = device.importReadOnly({m_memory->data(), m_memory->size()});
    if (!m_buffer)
        return Error{ErrorCode::kOutOfMemory,
                     "There is not enough memory for the experts of the model \"" + m_files->name() +
                         "\". Close other programs or load a smaller model.",
                     "expert slots"};
    m_slots.resize(count);
    for (Layer &layer : m_layers) {
        const ExpertTensors &from = layer.source.tensors;
        if (from.gate.empty())
            continue;
        layer.tensors.gate = slabs(from.gate, layer.matrixAt[0] + layer.lead[0]);
        layer.tensors.up = slabs(from.up, layer.matrixAt[1] + layer.lead[1]);
        layer.tensors.down = slabs(from.down, layer.matrixAt[2] + layer.lead[2]);
        layer.tensors.gateBias = slabs(from.gateBias, layer.biasAt[0]);
        layer.tensors.upBias = slabs(from.upBias, layer.biasAt[1]);
        layer.tensors.downBias = slabs(from.downBias, layer.biasAt[2]);
    }
    return Done{};
}

Tensor ExpertCache::slabs(const Tensor &of, std::size_t at) const
{
    if (of.empty())
        return {};
    Tensor out = of;
    out.shape[0] = static_cast<std::int64_t>(m_slots.size());
    out.strideBytes[0] = static_cast<std::int64_t>(m_slotBytes);
    out.buffer = m_buffer.get();
    out.offset = at;
    return out;
}

std::size_t ExpertCache::experts() const
{
    std::size_t all = 0;
    for (const Layer &layer : m_layers)
        all += layer.where.size() - layer.source.elsewhere.size();
    return all;
}

std::size_t ExpertCache::held(int layer) const
{
    const std::vector<std::int32_t> &where = m_layers[static_cast<std::size_t>(layer)].where;
    return static_cast<std::size_t>(std::count_if(where.begin(), where.end(), [](std::int32_t slot) { return slot >= 0; }));
}

bool ExpertCache::holds(int layer, int expert) const
{
    return m_layers[static_cast<std::size_t>(layer)].where[static_cast<std::size_t>(expert)] >= 0;
}

/// An empty one, or that of the expert whose next use is furthest. When `forced`, what was read ahead is given up too, and waited for.
std::int32_t ExpertCache::slotToUse(bool forced)
{
    if (m_fresh < m_slots.size())
        return static_cast<std::int32_t>(m_fresh++);
    std::int32_t slot = victim(false);
    if (slot == kNowhere && forced) {
        slot = victim(true);
        while (slot == kNowhere && readsAhead()) {
            collect(true);
            slot = victim(true);
        }
    }
    if (slot != kNowhere)
        empty(slot);
    return slot;
}

std::int32_t ExpertCache::victim(bool alsoAhead) const
{
    std::int32_t found = kNowhere;
    double furthest = alsoAhead ? -1.0 : 0.0;
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        const Slot &slot = m_slots[i];
        if (slot.held || slot.reading > 0 || (slot.ahead && !alsoAhead))
            continue;
        if (slot.layer == kNowhere)
            return static_cast<std::int32_t>(i);
        const double wait = m_use.wait(slot.layer, slot.expert, m_layer);
        if (wait > furthest) {
            furthest = wait;
            found = static_cast<std::int32_t>(i);
        }
    }
    return found;
}

bool ExpertCache::readsAhead() const
{
    return std::any_of(m_slots.begin(), m_slots.end(), [](const Slot &slot) { return slot.reading > 0 && !slot.held; });
}

void ExpertCache::empty(std::int32_t index)
{
    Slot &slot = slotOf(index);
    if (slot.layer != kNowhere)
        m_layers[static_cast<std::size_t>(slot.layer)].where[static_cast<std::size_t>(slot.expert)] = kNowhere;
    slot = {};
}

void ExpertCache::read(std::int32_t index, int layer, int expert)
{
    Layer &from = m_layers[static_cast<std::size_t>(layer)];
    from.where[static_cast<std::size_t>(expert)] = index;
    Slot &slot = slotOf(index);
    slot.layer = layer;
    slot.expert = expert;
    for (std::uint64_t i = 0; i < 3; ++i) {
        const Matrix &matrix = from.source.matrices[i];
        WeightFiles::Stretch stretch;
        stretch.part = matrix.part;
        stretch.offset = matrix.offset + static_cast<std::uint64_t>(expert) * matrix.stride;
        stretch.bytes = matrix.bytes;
        stretch.to = memoryOf(index) + from.matrixAt[i];
        slot.reading += m_files->add(stretch, static_cast<std::uint64_t>(index) * kMatrices + i);
        m_traffic.bytesRead += stretch.readBytes();
    }
    ++m_reading;
}

void ExpertCache::collect(bool wait)
{
    m_ends.clear();
    m_files->reads().collect(wait, m_ends);
    for (const FileReadEnd &end : m_ends) {
        const auto index = static_cast<std::int32_t>(end.tag / kMatrices);
        Slot &slot = slotOf(index);
        if (end.error != 0) {
            m_lastFailed = {static_cast<std::uint64_t>(slot.layer) * kMatrices + end.tag % kMatrices, end.error};
            slot.error = end.error;
            slot.matrix = static_cast<int>(end.tag % kMatrices);
        }
        if (--slot.reading == 0) {
            --m_reading;
            settle(index);
        }
    }
}

/// All of an expert is here: what began elsewhere in its page is moved, biases join. One that nobody waits for and that could not be read
/// is forgotten: whoever asks for it will hear.
void ExpertCache::settle(std::int32_t index)
{
    const Slot &slot = slotOf(index);
    if (slot.error != 0) {
        if (!slot.held)
            empty(index);
        return;
    }
    const Layer &layer = m_layers[static_cast<std::size_t>(slot.layer)];
    std::byte *memory = memoryOf(index);
    for (std::size_t i = 0; i < 3; ++i) {
        const Matrix &matrix = layer.source.matrices[i];
        const std::size_t came = (matrix.offset + static_cast<std::uint64_t>(slot.expert) * matrix.stride) % kPage;
        if (came != layer.lead[i])
            std::memmove(memory + layer.matrixAt[i] + layer.lead[i], memory + layer.matrixAt[i] + came, matrix.bytes);
    }
    const ExpertTensors &tensors = layer.source.tensors;
    const Tensor *const biases[] = {&tensors.gateBias, &tensors.upBias, &tensors.downBias};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!biases[i]->empty())
            std::memcpy(memory + layer.biasAt[i], rowOf(*biases[i], slot.expert), rowBytesOf(*biases[i]));
    }
}

Result<Done> ExpertCache::readFirst()
{
    struct Expert
    {
        int layer, expert;
        double share;
    };
    std::vector<Expert> order;
    for (std::size_t expert = 0; expert < m_marks.size(); ++expert) {
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            const auto layer = static_cast<int>(i);
            if (expert < m_layers[i].where.size() && m_layers[i].where[expert] == kNowhere)
                order.push_back({layer, static_cast<int>(expert), m_settings.used.share(layer, static_cast<int>(expert), 0)});
        }
    }
    std::stable_sort(order.begin(), order.end(), [](const Expert &a, const Expert &b) { return a.share > b.share; });
    for (const Expert &one : order) {
        if (m_fresh < m_slots.size())
            read(static_cast<std::int32_t>(m_fresh++), one.layer, one.expert);
    }
    while (m_reading > 0)
        collect(true);
    m_files->dropCache();
    m_traffic = {};
    if (m_lastFailed.error != 0)
        return failureOf(static_cast<int>(m_lastFailed.tag / kMatrices), static_cast<int>(m_lastFailed.tag % kMatrices),
                         m_lastFailed.error);
    return Done{};
}

double ExpertCache::measureDisk(int atATime, double seconds)
{
    letGo();
    while (m_reading > 0)
        collect(true);
    m_aheadSlots.clear();
    for (std::size_t i = 0; i < m_slots.size(); ++i)
        empty(static_cast<std::int32_t>(i));
    const ExpertTraffic before = m_traffic;
    const auto lanes = std::min(static_cast<std::size_t>(std::max(atATime, 1)), m_slots.size());
    std::uint64_t state = 88172645463325252ULL;
    const auto start = Clock::now();
    m_lastFailed = {};
    while (m_lastFailed.error == 0 && (m_reading > 0 || secondsSince(start) < seconds)) {
        for (std::size_t i = 0; i < lanes && secondsSince(start) < seconds; ++i) {
            if (m_slots[i].reading > 0)
                continue;
            empty(static_cast<std::int32_t>(i));
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            const std::size_t layer = state % m_layers.size();
            const std::size_t count = m_layers[layer].where.size();
            const std::size_t expert = count > 0 ? (state >> 20) % count : 0;
            if (count > 0 && m_layers[layer].where[expert] == kNowhere)
                read(static_cast<std::int32_t>(i), static_cast<int>(layer), static_cast<int>(expert));
        }
        m_files->reads().start();
        collect(m_reading > 0);
        m_files->dropCache();
    }
    const double took = secondsSince(start);
    const std::uint64_t bytes = m_traffic.bytesRead - before.bytesRead;
    m_traffic = before;
    while (m_reading > 0)
        collect(true);
    for (std::size_t i = 0; i < lanes; ++i)
        empty(static_cast<std::int32_t>(i));
    return m_lastFailed.error != 0 || took <= 0 ? 0 : static_cast<double>(bytes) / took;
}

} // namespace conclave::engine
