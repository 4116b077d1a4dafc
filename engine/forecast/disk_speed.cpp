#include "engine/api/forecast.h"
#include "engine/base/reserved_memory.h"
#include "engine/format/weight_files.h"
#include "engine/model/model_memory.h"

#include <algorithm>
#include <chrono>

/// How fast experts come from disk: read as ExpertCache reads them, those of a token and layer together, which then wait for the last one.
namespace conclave::engine
{
namespace
{

using Clock = std::chrono::steady_clock;

constexpr int kMostTogether = 64;
constexpr int kExpertMatrices = 3; ///< of an expert: gate, up and down

/// The routed experts' tensors of a file, and a generator to choose among them.
class ExpertReads
{
public:
    explicit ExpertReads(const GgufFile &file) : m_file(file)
    {
        for (const TensorInfo &tensor : file.tensors()) {
            if (isRoutedExperts(tensor) && !tensor.data.empty())
                m_tensors.push_back(&tensor);
        }
    }

    std::size_t most() const
    {
        std::size_t bytes = 0;
        for (const TensorInfo *tensor : m_tensors)
            bytes = std::max(bytes, bytesOf(*tensor));
        return bytes;
    }

    /// One matrix of any expert.
    WeightFiles::Stretch any(std::byte *to)
    {
        m_random ^= m_random << 13;
        m_random ^= m_random >> 7;
        m_random ^= m_random << 17;
        const TensorInfo &tensor = *m_tensors[m_random % m_tensors.size()];
        const std::size_t expert = (m_random >> 20) % static_cast<std::size_t>(tensor.shape[0]);
        const auto offset = static_cast<std::size_t>(tensor.data.data() - m_file.parts()[tensor.part].data());
        return {tensor.part, offset + expert * bytesOf(tensor), bytesOf(tensor), to};
    }

private:
    static std::size_t bytesOf(const TensorInfo &tensor) { return tensor.data.size() / static_cast<std::size_t>(tensor.shape[0]); }

    const GgufFile &m_file;
    std::vector<const TensorInfo *> m_tensors;
    std::uint64_t m_random = 88172645463325252ULL;
};

/// Through both points; where they contradict each other, through the larger one and nothing.
DiskSpeed straightLine(double fewSeconds, double fewBytes, double manySeconds, double manyBytes)
{
    const double each = manyBytes > fewBytes ? (manySeconds - fewSeconds) / (manyBytes - fewBytes) : 0;
    const double wait = fewSeconds - each * fewBytes;
    if (each > 0 && wait >= 0)
        return {1 / each, wait};
    return {manySeconds > 0 ? manyBytes / manySeconds : 0, 0};
}

} // namespace

DiskSpeed expertDiskSpeed(const std::filesystem::path &path, const ModelFootprint &footprint, double seconds)
{
    auto file = GgufFile::open(path);
    auto files = file ? WeightFiles::open(*file, true, true) : Result<std::unique_ptr<WeightFiles>>(file.takeError());
    if (!files)
        return {};
    ExpertReads reads(*file);
    const std::size_t room = (reads.most() / FileRead::kAlignment + 2) * FileRead::kAlignment;
    const int chosen = std::clamp(footprint.model.expertsUsed, 2, kMostTogether);
    auto memory = reads.most() > 0 ? ReservedMemory::reserve(room * static_cast<std::size_t>(chosen * kExpertMatrices)) : std::nullopt;
    if (!memory)
        return {};
    /// Seconds and bytes of all turns.
    struct Sum
    {
        double seconds = 0, bytes = 0;
        int turns = 0;
    };
    const auto turn = [&](int experts, Sum &sum) {
        std::vector<WeightFiles::Stretch> stretches;
        for (int i = 0; i < experts * kExpertMatrices; ++i)
            stretches.push_back(reads.any(memory->data() + static_cast<std::size_t>(i) * room));
        const auto begin = Clock::now();
        if (!(*files)->readNow(stretches))
            return false;
        sum.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
        for (const WeightFiles::Stretch &one : stretches)
            sum.bytes += static_cast<double>(one.bytes);
        ++sum.turns;
        return true;
    };
    Sum one, many, warm;
    if (!turn(chosen, warm)) // which touches the memory
        return {};
    while (one.turns == 0 || one.seconds + many.seconds < seconds) {
        if (!turn(1, one) || !turn(chosen, many))
            return {};
    }
    return straightLine(one.seconds / one.turns, one.bytes / one.turns, many.seconds / many.turns, many.bytes / many.turns);
}

} // namespace conclave::engine
