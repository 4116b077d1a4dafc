#include "kernels/split/split_buffer.h"
#include "kernels/split/split_queue.h"
#include "tests/kernels/rig.h"

#include <QTest>

#include <functional>

/// A device made of two cards and the host: where ops run, what is copied when, and what is waited for.
namespace conclave::kernels::test
{
namespace
{

/// What a LateCard has been asked for.
struct CardLog
{
    int ops = 0; ///< begun
    int finishes = 0;
    std::uint64_t bytes = 0; ///< allocated and imported so far
    std::uint64_t most = ~std::uint64_t{0};
    bool lost = false;
};

/// Computes nothing before finish(), as cards do: who reads without waiting reads what was there before.
class LateQueue final : public Queue
{
public:
    LateQueue(std::unique_ptr<Queue> queue, CardLog &log) : m_queue(std::move(queue)), m_log(log) {}

    Status embedRows(const EmbedRowsArgs &args) override { return later(&Queue::embedRows, args); }
    Status matmul(const MatmulArgs &args) override { return later(&Queue::matmul, args); }
    Status rmsNorm(const RmsNormArgs &args) override { return later(&Queue::rmsNorm, args); }
    Status rope(const RopeArgs &args) override { return later(&Queue::rope, args); }
    Status kvStore(const KvStoreArgs &args) override { return later(&Queue::kvStore, args); }
    Status attention(const AttentionArgs &args) override { return later(&Queue::attention, args); }
    Status router(const RouterArgs &args) override { return later(&Queue::router, args); }
    Status moeFeedForward(const MoeFeedForwardArgs &args) override { return later(&Queue::moeFeedForward, args); }
    Status gatedActivation(const GatedActivationArgs &args) override { return later(&Queue::gatedActivation, args); }
    Status add(const AddArgs &args) override { return later(&Queue::add, args); }
    Status headGate(const HeadGateArgs &args) override { return later(&Queue::headGate, args); }
    Status conv3x3(const Conv3x3Args &args) override { return later(&Queue::conv3x3, args); }
    Status depthwiseConv3x3(const DepthwiseConv3x3Args &args) override { return later(&Queue::depthwiseConv3x3, args); }
    Status mergePatches(const MergePatchesArgs &args) override { return later(&Queue::mergePatches, args); }
    Status groupedMatmul(const GroupedMatmulArgs &args) override { return later(&Queue::groupedMatmul, args); }
    Status layerNorm(const LayerNormArgs &args) override { return later(&Queue::layerNorm, args); }
    Status copy(const CopyArgs &args) override { return later(&Queue::copy, args); }
    Status scale(const ScaleArgs &args) override { return later(&Queue::scale, args); }
    Status gatherStreams(const GatherStreamsArgs &args) override { return later(&Queue::gatherStreams, args); }
    Status spreadStreams(const SpreadStreamsArgs &args) override { return later(&Queue::spreadStreams, args); }
    Status poolBlocks(const PoolBlocksArgs &args) override { return later(&Queue::poolBlocks, args); }
    Status chooseRows(const ChooseRowsArgs &args) override { return later(&Queue::chooseRows, args); }
    Status causalConv(const CausalConvArgs &args) override { return later(&Queue::causalConv, args); }
    Status gatedDeltaRule(const GatedDeltaRuleArgs &args) override { return later(&Queue::gatedDeltaRule, args); }
    Status finish() override
    {
        ++m_log.finishes;
        if (m_log.lost)
            return {StatusCode::kDeviceLost, "lost"};
        Status first = Status::success();
        for (const auto &op : m_waiting) {
            const Status status = op();
            first = first.ok() ? status : first;
        }
        m_waiting.clear();
        return first;
    }

private:
    template <typename Args>
    Status later(Status (Queue::*op)(const Args &), const Args &args)
    {
        ++m_log.ops;
        m_waiting.push_back([this, op, args] { return (*m_queue.*op)(args); });
        return Status::success();
    }

    std::unique_ptr<Queue> m_queue;
    CardLog &m_log;
    std::vector<std::function<Status()>> m_waiting;
};

/// The float64 device behind a late queue, with memory of its own: imports are copies.
class LateCard final : public Device
{
public:
    explicit LateCard(CardLog &log) : m_device(createReferenceDevice()), m_log(log) {}

    const DeviceInfo &info() const override { return m_device->info(); }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override
    {
        if (m_log.bytes + bytes > m_log.most)
            return nullptr;
        m_log.bytes += bytes;
        return m_device->allocate(bytes);
    }
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override
    {
        auto buffer = allocate(memory.size());
        if (buffer)
            std::copy(memory.begin(), memory.end(), buffer->hostData());
        return buffer;
    }
    std::unique_ptr<Queue> createQueue() override { return std::make_unique<LateQueue>(m_device->createQueue(), m_log); }
    Status upload(const Tensor &to, std::span<const std::byte> from) override { return m_device->upload(to, from); }
    Status download(std::span<std::byte> to, const Tensor &from) override { return m_device->download(to, from); }

private:
    std::unique_ptr<Device> m_device;
    CardLog &m_log;
};

constexpr std::int64_t kWidth = 8;
constexpr std::size_t kMatrix = kWidth * kWidth * sizeof(float);

/// Three matrices in one stretch of memory, "0" on the first card, "1" on the second, "2" nowhere but on the host.
struct Machine
{
    std::array<CardLog, 2> logs;
    alignas(64) std::array<float, 3 * kWidth * kWidth> weights{};
    std::unique_ptr<SplitDevice> device;
    std::unique_ptr<Buffer> memory;

    Machine()
    {
        const Floats values = Numbers(7).normal(static_cast<std::int64_t>(weights.size()), 0.3F);
        std::copy(values.begin(), values.end(), weights.begin());
        std::vector<SplitCard> cards(2);
        for (std::size_t i = 0; i < cards.size(); ++i)
            cards[i] = {std::make_unique<LateCard>(logs[i]), {bytes().subspan(i * kMatrix, kMatrix)}};
        device = std::make_unique<SplitDevice>(std::move(cards), createReferenceDevice());
        memory = device->importReadOnly(bytes());
    }

    std::span<const std::byte> bytes() const { return std::as_bytes(std::span(weights)); }
    Tensor weight(std::size_t which) const { return Tensor::packed(DType::kF32, {kWidth, kWidth}, memory.get(), which * kMatrix); }
    /// What matrix `which` makes of a row.
    Floats times(std::size_t which, const Floats &row) const
    {
        Floats out;
        for (std::size_t r = 0; r < kWidth; ++r) {
            double sum = 0;
            for (std::size_t c = 0; c < kWidth; ++c)
                sum += double(weights[which * kWidth * kWidth + r * kWidth + c]) * double(row[c]);
            out.push_back(float(sum));
        }
        return out;
    }
};

bool near(const Floats &a, const Floats &b)
{
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
        if (std::abs(a[i] - b[i]) > 1e-5F)
            return false;
    return a.size() == b.size();
}

} // namespace

class TestSplitDevice : public QObject
{
    Q_OBJECT

private slots:
    void opsRunWhereTheirWeightsLie();
    void onlyWhatIsNeededIsWaitedFor();
    void partsOfABufferComeFromDifferentSides();
    void whatWasOverwrittenLateIsNotReadEarly();
    void aContextStaysOnTheCardThatStoresIt();
    void aFullCardLeavesItsOpsToTheHost();
    void weightsWithoutRoomAreTold();
    void aLostCardIsTold();
    void oneCardIsTheOldDevice();
};

void TestSplitDevice::opsRunWhereTheirWeightsLie()
{
    Machine machine;
    Rig rig(*machine.device);
    const Floats row = Numbers(3).normal(kWidth);
    const Tensor in = rig.floats({1, kWidth}, row);
    const Tensor a = rig.output({1, kWidth});
    const Tensor b = rig.output({1, kWidth});
    // Host, second card, first card, host, and back to the second: every way there is.
    rig.note(rig.queue().matmul({machine.weight(2), in, {}, a}));
    rig.note(rig.queue().matmul({machine.weight(1), a, {}, b}));
    rig.note(rig.queue().matmul({machine.weight(0), b, {}, a}));
    rig.note(rig.queue().matmul({machine.weight(2), a, {}, b}));
    rig.note(rig.queue().matmul({machine.weight(1), b, {}, a}));
    const Floats expected = machine.times(1, machine.times(2, machine.times(0, machine.times(1, machine.times(2, row)))));
    QVERIFY(near(rig.read(a), expected));
    QVERIFY(rig.status().ok());
    QCOMPARE(machine.logs[0].ops, 1);
    QCOMPARE(machine.logs[1].ops, 2);
    QCOMPARE(machine.device->spills(), std::uint64_t{0});
    QCOMPARE(machine.device->sides(), std::size_t{3});
    QVERIFY(liesOnCard(machine.weight(0)) && liesOnCard(machine.weight(1)) && !liesOnCard(machine.weight(2)));
}

void TestSplitDevice::onlyWhatIsNeededIsWaitedFor()
{
    Machine machine;
    Rig rig(*machine.device);
    const Floats row = Numbers(4).normal(kWidth);
    const Tensor in = rig.floats({1, kWidth}, row);
    const Tensor a = rig.output({1, kWidth});
    const Tensor b = rig.output({1, kWidth});
    const Tensor c = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(0), in, {}, a}));
    rig.note(rig.queue().matmul({machine.weight(1), in, {}, b}));
    rig.note(rig.queue().matmul({machine.weight(1), b, {}, c}));
    QCOMPARE(machine.logs[0].finishes, 0); // nobody has asked for what it computes
    QCOMPARE(machine.logs[1].finishes, 0);
    const Tensor d = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(2), c, {}, d})); // the host needs the second card's
    QCOMPARE(machine.logs[0].finishes, 0);
    QCOMPARE(machine.logs[1].finishes, 1);
    QVERIFY(near(rig.read(d), machine.times(2, machine.times(1, machine.times(1, row)))));
    QVERIFY(near(rig.read(a), machine.times(0, row)));
}

void TestSplitDevice::partsOfABufferComeFromDifferentSides()
{
    Machine machine;
    Rig rig(*machine.device);
    const Floats row = Numbers(5).normal(kWidth);
    const Tensor in = rig.floats({1, kWidth}, row);
    const auto buffer = machine.device->allocate(3 * kWidth * sizeof(float));
    const auto part = [&buffer](std::size_t i) {
        return Tensor::packed(DType::kF32, {1, kWidth}, buffer.get(), i * kWidth * sizeof(float));
    };
    for (const std::size_t i : {1U, 0U, 2U})
        rig.note(rig.queue().matmul({machine.weight(i), in, {}, part(i)}));
    Floats expected;
    for (const std::size_t i : {0U, 1U, 2U}) {
        const Floats one = machine.times(i, row);
        expected.insert(expected.end(), one.begin(), one.end());
    }
    QVERIFY(near(rig.read(Tensor::packed(DType::kF32, {3, kWidth}, buffer.get())), expected));
    // All three on one card, of which only one came about there.
    const Tensor sums = rig.output({3, kWidth});
    rig.note(rig.queue().matmul({machine.weight(1), Tensor::packed(DType::kF32, {3, kWidth}, buffer.get()), {}, sums}));
    const Floats all = rig.read(sums);
    for (std::size_t i = 0; i < 3; ++i)
        QVERIFY(
            near(Floats(all.begin() + long(i * kWidth), all.begin() + long((i + 1) * kWidth)), machine.times(1, machine.times(i, row))));
}

/// The first card still has to read what the second one's result takes the place of.
void TestSplitDevice::whatWasOverwrittenLateIsNotReadEarly()
{
    Machine machine;
    Rig rig(*machine.device);
    const Floats row = Numbers(6).normal(kWidth);
    const Floats other = Numbers(16).normal(kWidth);
    const Tensor x = rig.floats({1, kWidth}, row);
    const Tensor y = rig.floats({1, kWidth}, other);
    const Tensor a = rig.output({1, kWidth});
    const Tensor b = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(0), x, {}, a})); // waits for its turn there
    rig.note(rig.queue().matmul({machine.weight(1), y, {}, x}));
    QCOMPARE(machine.logs[0].finishes, 0);
    rig.note(rig.queue().matmul({machine.weight(0), x, {}, b})); // the new x goes where the old one is still to be read
    QVERIFY(near(rig.read(a), machine.times(0, row)));
    QVERIFY(near(rig.read(b), machine.times(0, machine.times(1, other))));
}

void TestSplitDevice::aContextStaysOnTheCardThatStoresIt()
{
    Machine machine;
    Rig rig(*machine.device);
    Numbers numbers(8);
    const auto keys = machine.device->allocate(4 * kWidth * sizeof(float));
    const auto values = machine.device->allocate(4 * kWidth * sizeof(float));
    const KvView cache{
        Tensor::packed(DType::kF32, {4, 1, kWidth}, keys.get()), Tensor::packed(DType::kF32, {4, 1, kWidth}, values.get()), {}, 0};
    Floats stored;
    const Floats zeros(4 * kWidth, 0.0F);
    rig.note(machine.device->upload(cache.keys, std::as_bytes(std::span(zeros)))); // as a saved context comes: to the host
    for (const std::int64_t position : {0, 1}) {
        const Floats row = numbers.normal(kWidth);
        const Tensor in = rig.floats({1, kWidth}, row);
        const Tensor made = rig.output({1, kWidth});
        rig.note(rig.queue().matmul({machine.weight(1), in, {}, made}));
        const Tensor heads = Tensor::packed(DType::kF32, {1, 1, kWidth}, made.buffer, made.offset);
        rig.note(rig.queue().kvStore({heads, heads, cache, position}));
        const Floats one = machine.times(1, row);
        stored.insert(stored.end(), one.begin(), one.end());
    }
    for (Buffer *half : {keys.get(), values.get()}) {
        const auto &buffer = static_cast<const SplitBuffer &>(*half);
        QVERIFY(buffer.has(SplitSide::card(1)) && !buffer.has(SplitSide::card(0)) && !buffer.has(SplitSide::host()));
    }
    const int before = machine.logs[1].ops;
    const Tensor query = rig.floats({1, 1, kWidth}, Floats(kWidth, 0.0F)); // sees both keys alike
    const Tensor out = rig.output({1, 1, kWidth});
    const Tensor elsewhere = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(0), rig.floats({1, kWidth}, Floats(kWidth, 1.0F)), {}, elsewhere}));
    AttentionArgs attention;
    attention.query = query;
    attention.cache = cache;
    attention.out = out;
    attention.first = 1;
    rig.note(rig.queue().attention(attention));
    QCOMPARE(machine.logs[1].ops, before + 1); // though the last op ran on the first card
    Floats mean(kWidth);
    for (std::size_t i = 0; i < kWidth; ++i)
        mean[i] = (stored[i] + stored[kWidth + i]) / 2;
    QVERIFY(near(rig.read(out), mean));
    stored.resize(4 * kWidth, 0.0F);
    QVERIFY(near(rig.read(cache.keys), stored)); // as it would be saved
    QVERIFY(rig.status().ok());
}

void TestSplitDevice::aFullCardLeavesItsOpsToTheHost()
{
    Machine machine;
    machine.logs[1].most = machine.logs[1].bytes;
    Rig rig(*machine.device);
    const Floats row = Numbers(9).normal(kWidth);
    const Tensor in = rig.floats({1, kWidth}, row);
    const Tensor a = rig.output({1, kWidth});
    const Tensor b = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(0), in, {}, a}));
    rig.note(rig.queue().matmul({machine.weight(1), a, {}, b}));
    QVERIFY(near(rig.read(b), machine.times(1, machine.times(0, row))));
    QVERIFY(rig.status().ok());
    QCOMPARE(machine.logs[0].ops, 1);
    QCOMPARE(machine.logs[1].ops, 0);
    QCOMPARE(machine.device->spills(), std::uint64_t{1});
}

void TestSplitDevice::weightsWithoutRoomAreTold()
{
    Machine machine;
    QVERIFY(machine.memory != nullptr);
    QVERIFY(!machine.device->failedCard());
    machine.logs[1].most = machine.logs[1].bytes;
    QVERIFY(machine.device->importReadOnly(machine.bytes()) == nullptr);
    QCOMPARE(machine.device->failedCard().value_or(99), std::size_t{1});
}

void TestSplitDevice::aLostCardIsTold()
{
    Machine machine;
    Rig rig(*machine.device);
    const Tensor in = rig.floats({1, kWidth}, Floats(kWidth, 1.0F));
    const Tensor a = rig.output({1, kWidth});
    const Tensor b = rig.output({1, kWidth});
    rig.note(rig.queue().matmul({machine.weight(0), in, {}, a}));
    machine.logs[0].lost = true;
    const Status status = rig.queue().matmul({machine.weight(1), a, {}, b});
    QCOMPARE(status.code, StatusCode::kDeviceLost);
    QCOMPARE(machine.device->failedCard().value_or(99), std::size_t{0});
    QVERIFY(rig.status().ok());
}

void TestSplitDevice::oneCardIsTheOldDevice()
{
    CardLog log;
    alignas(64) std::array<float, 2 * kWidth * kWidth> weights{};
    std::fill(weights.begin(), weights.end(), 0.5F);
    const auto bytes = std::as_bytes(std::span(weights));
    SplitDevice device(std::make_unique<LateCard>(log), createReferenceDevice(), {bytes.subspan(kMatrix, kMatrix)});
    QCOMPARE(device.sides(), std::size_t{2});
    const auto memory = device.importReadOnly(bytes);
    QVERIFY(memory);
    QVERIFY(!liesOnCard(Tensor::packed(DType::kF32, {kWidth, kWidth}, memory.get())));
    QVERIFY(liesOnCard(Tensor::packed(DType::kF32, {kWidth, kWidth}, memory.get(), kMatrix)));
    QVERIFY(!liesOnCard(Tensor::packed(DType::kF32, {2 * kWidth, kWidth}, memory.get()))); // only its half is
    QCOMPARE(log.bytes, std::uint64_t{kMatrix});
}

} // namespace conclave::kernels::test

QTEST_GUILESS_MAIN(conclave::kernels::test::TestSplitDevice)
#include "test_split_device.moc"
