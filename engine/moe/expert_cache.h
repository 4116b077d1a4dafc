#pragma once

#include "engine/api/types.h"
#include "engine/base/reserved_memory.h"
#include "engine/format/weight_files.h"
#include "engine/moe/expert_tensors.h"
#include "engine/moe/expert_use.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace conclave::engine
{

/// Experts of all layers in slots of one bounded memory; the others are on disk. A slot holds the matrices and biases of one expert as the
/// file has them, so that an op that is given slots in place of experts computes the same bits: slab s of the tensors of `layer` is slot s.
///
/// A layer goes: `begin` with the router's choice, which starts reading what is missing; `expect` what the next layer may choose, read
/// behind that, while the layer is computed; then, until nothing is left, `load`, the op over the experts that it tells, and `release`.
/// That is one round if all chosen experts fit at once, as one token's always do. Slots are taken from the experts whose next use is
/// furthest (ExpertUse); what was read ahead is kept until its layer has passed. One thread's.
class ExpertCache
{
public:
    struct Settings
    {
        std::uint64_t bytes = 0; ///< most memory
        bool ahead = true;       ///< obeys `expect`
        int mostChosen = 1;      ///< experts of one token at most
        UsedExperts used = {};   ///< what is known of them
    };
    /// One matrix of the experts of a layer in the files: that of expert e from offset + e * stride on.
    struct Matrix
    {
        std::size_t part = 0;
        std::uint64_t offset = 0;
        std::uint64_t stride = 0;
        std::size_t bytes = 0;
    };
    /// A layer's experts: what they look like, and where gate, up and down lie. No experts: empty tensors.
    struct Source
    {
        ExpertTensors tensors;
        Matrix matrices[3];
        std::vector<std::int32_t> elsewhere = {}; ///< these are never asked for, and not read ahead
    };

    /// kOutOfMemory when `settings.bytes` do not hold the experts of one token.
    static Result<std::unique_ptr<ExpertCache>> create(kernels::Device &device, std::unique_ptr<WeightFiles> files,
                                                       std::vector<Source> sources, const Settings &settings);
    ~ExpertCache();

    /// Reads as many experts as there is room for, those most used, or those of all layers alike where nothing is known: memory is taken
    /// now, where it can still be refused, and the first answer finds something. Errors as of WeightFiles::failure.
    Result<Done> readFirst();
    /// The experts that tokens chose, in any order; -1 for none. All must exist.
    void begin(int layer, std::span<const std::int32_t> chosen);
    /// `likely` experts of a later layer, the likeliest first; -1 for none: read once those of the layer begun are there. Guesses, those
    /// that are not `sure`, are read only as long as kWorthGuessing of them come true: a wrong one keeps the disk from what is needed for
    /// as long as a right one saves. Then one in kTriedEvery layers is, to see whether that changes.
    void expect(int layer, std::span<const std::int32_t> likely, bool sure);
    static constexpr double kWorthGuessing = 0.6;
    static constexpr unsigned kTriedEvery = 8;
    bool expects() const { return m_settings.ahead; }
    /// With so many choices for each expert of a layer hardly one is left out: all of the next layer are expected.
    static constexpr std::size_t kChoicesForAll = 4;
    /// Waits for experts of the layer begun. `places` gets the slot of each of `chosen`, as given to `begin`, or -1 where the expert is not
    /// there this time. After a failure, of which takeFailure tells more, the layer must be begun anew.
    kernels::Status load(std::span<const std::int32_t> chosen, std::span<std::int32_t> places);
    /// The op has been computed. True: others are left to be loaded.
    bool release();

    /// Slabs by slot.
    const ExpertTensors &layer(int layer) const { return m_layers[static_cast<std::size_t>(layer)].tensors; }
    /// What the last failed `load` has to say to people.
    std::optional<Error> takeFailure() { return std::exchange(m_failure, std::nullopt); }

    const ExpertTraffic &traffic() const { return m_traffic; }
    std::size_t room() const { return m_slots.size(); }
    std::size_t slotBytes() const { return m_slotBytes; }
    std::size_t experts() const; ///< of all layers, those elsewhere apart
    std::size_t held(int layer) const;
    bool holds(int layer, int expert) const;
    std::string manner() const { return m_files->manner(); }
    /// Bytes a second that experts come with when `atATime` are read at any time, for about `seconds`. Forgets what is held. 0 on failure.
    double measureDisk(int atATime, double seconds);

private:
    static constexpr std::int32_t kNowhere = -1;
    static constexpr std::int32_t kElsewhere = -2;

    struct Layer
    {
        Source source;
        ExpertTensors tensors;           ///< by slot
        std::size_t matrixAt[3] = {};    ///< in a slot: where reads of each matrix go,
        std::size_t lead[3] = {};        ///< the bytes that come before it for expert 0,
        std::size_t biasAt[3] = {};      ///< and where each bias goes
        std::vector<std::int32_t> where; ///< [E] slot, kNowhere, or kElsewhere
        std::size_t bytes = 0;           ///< of a slot
    };
    struct Slot
    {
        std::int32_t layer = kNowhere;
        std::int32_t expert = kNowhere;
        int reading = 0;    ///< reads under way
        int error = 0;      ///< of one of them,
        int matrix = 0;     ///< and whose it was
        bool held = false;  ///< the layer under way needs it
        bool ahead = false; ///< read before it was asked for, and not asked for yet,
        bool guess = false; ///< and perhaps never
    };

    ExpertCache(std::unique_ptr<WeightFiles> files, const Settings &settings, const std::vector<int> &experts);
    static Layer laidOut(Source source);
    Result<Done> makeSlots(kernels::Device &device);
    kernels::Tensor slabs(const kernels::Tensor &of, std::size_t at) const;

    std::byte *memoryOf(std::int32_t slot) const { return m_memory->data() + static_cast<std::size_t>(slot) * m_slotBytes; }
    Slot &slotOf(std::int32_t slot) { return m_slots[static_cast<std::size_t>(slot)]; }
    Slot &slotOfWanted(std::size_t index);
    void gatherWanted(std::span<const std::int32_t> chosen);
    void holdThoseThere();
    void learn(bool cameTrue);
    std::size_t fill(std::size_t from, std::size_t end, bool forced);
    std::int32_t slotToUse(bool forced);
    std::int32_t victim(bool alsoAhead) const;
    bool readsAhead() const;
    void empty(std::int32_t slot);
    void read(std::int32_t slot, int layer, int expert);
    void collect(bool wait);
    void settle(std::int32_t slot);
    void readAhead();
    Error failureOf(int layer, int matrix, int error) const;
    kernels::Status fail(const Slot &slot);
    void letGo();

    std::unique_ptr<WeightFiles> m_files;
    Settings m_settings;
    ExpertUse m_use;
    std::vector<Layer> m_layers;
    std::optional<ReservedMemory> m_memory;
    std::unique_ptr<kernels::Buffer> m_buffer; ///< the device's view of it
    std::size_t m_slotBytes = 0;
    std::vector<Slot> m_slots;
    std::size_t m_fresh = 0;   ///< slots from here on were never used
    std::size_t m_reading = 0; ///< slots under way
    double m_cameTrue = 0.5;   ///< share of the last guesses
    unsigned m_unworthy = 0;   ///< layers that could be guessed since they were worth it
    ExpertTraffic m_traffic;
    std::optional<Error> m_failure;
    FileReadEnd m_lastFailed; ///< of all reads, tagged with its layer and matrix; error 0: none failed
    std::vector<FileReadEnd> m_ends;

    // The layer under way.
    int m_layer = -1;
    std::vector<std::int32_t> m_wanted; ///< distinct experts, those that are there first
    std::vector<char> m_marks;          ///< [most E] for sets of experts of one layer
    std::vector<std::int32_t> m_aheadSlots;
    std::vector<std::int32_t> m_expected; ///< of a later layer, not asked for yet,
    int m_expectedLayer = 0;              ///< which,
    bool m_expectedSurely = false;        ///< and how surely
    std::size_t m_from = 0;               ///< wanted from here on
    std::size_t m_end = 0;                ///< to here are loaded next,
    std::size_t m_begun = 0;              ///< and to here have slots
    std::size_t m_round = 0;              ///< most in one round
};

} // namespace conclave::engine
