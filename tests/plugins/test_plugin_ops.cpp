#include "kernels/core/half.h"
#include "kernels/core/quantise.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/plugin/plugin_loader.h"
#include "kernels/plugin/rotations.h"
#include "plugin_bench.h"

#include <QTest>

#include <cmath>
#include <functional>
#include <limits>
#include <thread>

using namespace conclave::kernels;
using namespace conclave::tests;

namespace
{

/// Queues one op on a side and returns what it wrote. Both sides get the same operands: a case makes its own Random.
using OpCase = std::function<Status(Side &, Tensor &out)>;

constexpr DType kWeightTypes[] = {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ4_0, DType::kQ4_K, DType::kQ6_K};

struct MatmulShape
{
    std::int64_t rows, width, tokens;
};

OpCase matmulCase(DType type, MatmulShape shape, Activation activation, bool bias, bool accumulate)
{
    return [=](Side &side, Tensor &out) {
        Random random(1);
        MatmulArgs args;
        args.weight = side.weights(type, shape.rows, shape.width, random.weights(type, shape.rows, shape.width));
        args.in = side.activations({shape.tokens, shape.width}, random.floats(shape.tokens * shape.width));
        args.out = out = side.activations({shape.tokens, shape.rows}, random.floats(shape.tokens * shape.rows));
        if (bias)
            args.bias = side.vector(random.floats(shape.rows));
        args.activation = activation;
        args.accumulate = accumulate;
        args.precision = Precision::kFloat;
        return side.queue().matmul(args);
    };
}

OpCase embedCase(DType type, std::int64_t width, std::vector<std::int32_t> ids)
{
    return [=](Side &side, Tensor &out) {
        Random random(2);
        EmbedRowsArgs args;
        args.table = side.weights(type, 50, width, random.weights(type, 50, width));
        args.ids = ids;
        const auto tokens = static_cast<std::int64_t>(ids.size());
        args.out = out = side.activations({tokens, width}, random.floats(tokens * width));
        return side.queue().embedRows(args);
    };
}

OpCase rmsNormCase(std::int64_t rows, std::int64_t width, float magnitude, bool inPlace)
{
    return [=](Side &side, Tensor &out) {
        Random random(3);
        RmsNormArgs args;
        args.in = side.activations({rows, width}, random.floats(rows * width, -magnitude, magnitude));
        args.weight = side.vector(random.floats(width));
        args.out = out = inPlace ? args.in : side.activations({rows, width}, random.floats(rows * width));
        return side.queue().rmsNorm(args);
    };
}

OpCase perHeadNormCase()
{
    return [](Side &side, Tensor &out) {
        Random random(4);
        RmsNormArgs args;
        args.in = side.activations({3, 5, 33}, random.floats(3 * 5 * 33));
        args.weight = side.vector(random.floats(33));
        args.out = out = side.activations({3, 5, 33}, random.floats(3 * 5 * 33));
        return side.queue().rmsNorm(args);
    };
}

OpCase ropeCase(RopePairing pairing, int dims, std::int64_t headWidth, bool factors)
{
    return [=](Side &side, Tensor &out) {
        Random random(5);
        const std::int32_t positions[] = {0, 7, 131071};
        const std::vector<float> divisors = random.floats(dims / 2, 1.0F, 8.0F);
        RopeArgs args;
        args.inout = out = side.activations({3, 5, headWidth}, random.floats(3 * 5 * headWidth));
        args.positions = positions;
        args.pairing = pairing;
        args.dims = dims;
        if (factors)
            args.factors = divisors;
        return side.queue().rope(args);
    };
}

OpCase addCase(std::int64_t inRows, std::int64_t rows, std::int64_t width)
{
    return [=](Side &side, Tensor &out) {
        Random random(6);
        AddArgs args;
        args.in = side.activations({inRows, width}, random.floats(inRows * width));
        args.out = out = side.activations({rows, width}, random.floats(rows * width));
        return side.queue().add(args);
    };
}

OpCase gatedCase(Activation activation, std::int64_t rows, std::int64_t width, float magnitude, bool inPlace)
{
    return [=](Side &side, Tensor &out) {
        Random random(7);
        GatedActivationArgs args;
        args.gate = side.activations({rows, width}, random.floats(rows * width, -magnitude, magnitude));
        args.up = side.activations({rows, width}, random.floats(rows * width));
        args.out = out = inPlace ? args.gate : side.activations({rows, width}, random.floats(rows * width));
        args.activation = activation;
        return side.queue().gatedActivation(args);
    };
}

OpCase headGateCase(std::int64_t tokens, std::int64_t heads, std::int64_t width)
{
    return [=](Side &side, Tensor &out) {
        Random random(8);
        HeadGateArgs args;
        args.gate = side.activations({tokens, heads}, random.floats(tokens * heads, -50.0F, 50.0F));
        args.inout = out = side.activations({tokens, heads, width}, random.floats(tokens * heads * width));
        return side.queue().headGate(args);
    };
}

struct NamedCase
{
    std::string name;
    OpCase run;
    double tolerance = 2e-5;
};

void addWeightCases(std::vector<NamedCase> &cases, DType type)
{
    const std::string name = dtypeName(type);
    const auto block = static_cast<std::int64_t>(blockLayout(type).elements);
    const std::vector<MatmulShape> shapes = block == 1 ? std::vector<MatmulShape>{{1, 1, 1}, {3, 5, 2}, {37, 70, 9}, {5, 1057, 17}}
                                                       : std::vector<MatmulShape>{{1, block, 1}, {7, 3 * block, 9}, {33, 9 * block, 17}};
    for (const MatmulShape &shape : shapes)
        cases.push_back({"matmul " + name + " " + std::to_string(shape.rows) + "x" + std::to_string(shape.width) + ", " +
                             std::to_string(shape.tokens) + " tokens",
                         matmulCase(type, shape, Activation::kNone, false, false)});
    cases.push_back(
        {"matmul " + name + " with bias, GELU, accumulated", matmulCase(type, {19, 2 * block, 3}, Activation::kGeluTanh, true, true)});
    // Rows lie at odd multiples of two bytes as well: the block sizes 18, 34 and 210 see to that.
    cases.push_back({"embedRows " + name, embedCase(type, block == 1 ? 77 : 3 * block, {49, 0, 7, 7, 31}), 0.0});
    cases.push_back({"embedRows " + name + ", no token", embedCase(type, block, {}), 0.0});
}

std::vector<NamedCase> allCases()
{
    std::vector<NamedCase> cases;
    for (const DType type : kWeightTypes)
        addWeightCases(cases, type);
    cases.push_back(
        {"matmul, more rows than one grid dimension holds", matmulCase(DType::kQ8_0, {70001, 32, 1}, Activation::kNone, false, false)});
    cases.push_back({"matmul with SiLU", matmulCase(DType::kF16, {9, 40, 2}, Activation::kSilu, true, false)});
    cases.push_back({"matmul with sigmoid", matmulCase(DType::kF16, {9, 40, 2}, Activation::kSigmoid, false, true)});
    cases.push_back({"matmul of nothing: only the bias", matmulCase(DType::kF32, {6, 0, 2}, Activation::kNone, true, false)});
    cases.push_back({"matmul, no token", matmulCase(DType::kF32, {6, 8, 0}, Activation::kNone, true, false)});
    cases.push_back({"rmsNorm of one value", rmsNormCase(1, 1, 1.0F, false)});
    cases.push_back({"rmsNorm 5x1000", rmsNormCase(5, 1000, 1.0F, false)});
    cases.push_back({"rmsNorm in place, large values", rmsNormCase(3, 257, 1e15F, true)});
    cases.push_back({"rmsNorm of values below epsilon", rmsNormCase(3, 64, 1e-6F, false)});
    cases.push_back({"rmsNorm, more rows than one grid dimension holds", rmsNormCase(40000, 8, 1.0F, false)});
    cases.push_back({"rmsNorm of heads", perHeadNormCase()});
    for (const bool neox : {false, true}) {
        const RopePairing pairing = neox ? RopePairing::kNeox : RopePairing::kNorm;
        const std::string name = neox ? "rope, halves" : "rope, neighbours";
        cases.push_back({name, ropeCase(pairing, 64, 64, false)});
        cases.push_back({name + ", part of the head, with factors", ropeCase(pairing, 6, 33, true)});
    }
    cases.push_back({"rope of no dimension", ropeCase(RopePairing::kNeox, 0, 8, false)});
    cases.push_back({"add 1x1", addCase(1, 1, 1), 0.0});
    cases.push_back({"add 7x333", addCase(7, 7, 333), 0.0});
    cases.push_back({"add of repeated rows", addCase(3, 12, 65), 0.0});
    cases.push_back({"add of more than one grid dimension holds", addCase(1, 9000, 1001), 0.0});
    for (const Activation activation : {Activation::kNone, Activation::kSilu, Activation::kGeluTanh, Activation::kSigmoid})
        cases.push_back({"gatedActivation " + std::to_string(static_cast<int>(activation)), gatedCase(activation, 3, 301, 8.0F, false)});
    cases.push_back({"gatedActivation in place, extreme values", gatedCase(Activation::kSilu, 2, 99, 1e4F, true)});
    cases.push_back({"gatedActivation GELU, extreme values", gatedCase(Activation::kGeluTanh, 2, 99, 1e4F, false)});
    cases.push_back({"headGate 1x1x1", headGateCase(1, 1, 1)});
    cases.push_back({"headGate 5x3x33", headGateCase(5, 3, 33)});
    return cases;
}

} // namespace

class TestPluginOps : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void opsAgreeWithTheReference_data();
    void opsAgreeWithTheReference();
    void queuedOpsSeeEachOther_data() { addDevices(); }
    void queuedOpsSeeEachOther();
    void laterOpsAreHonestlyUnsupported_data() { addDevices(); }
    void laterOpsAreHonestlyUnsupported();
    void wrongArgumentsAreRefused_data() { addDevices(); }
    void wrongArgumentsAreRefused();
    void memoryIsZeroedAndKeepsWhatIsUploaded_data() { addDevices(); }
    void memoryIsZeroedAndKeepsWhatIsUploaded();
    void importedMemoryIsReadOnly_data() { addDevices(); }
    void importedMemoryIsReadOnly();
    void tooLargeAllocationsAreNull_data() { addDevices(); }
    void tooLargeAllocationsAreNull();
    void threadsEachHaveTheirQueue_data() { addDevices(); }
    void threadsEachHaveTheirQueue();
    void cudaUnpacksBlocksAsCoreDoes_data();
    void cudaUnpacksBlocksAsCoreDoes();
    void rotationsKeepTheirDigitsFarOut();
    void callCheckingSawNothing_data();
    void callCheckingSawNothing();
    void cleanupTestCase();

private:
    struct Found
    {
        std::string name;
        std::unique_ptr<Device> device;
    };

    void addDevices() const;
    Device *fetchDevice() const;

    std::unique_ptr<PluginLoader> m_loader;
    std::vector<Found> m_devices;
    std::vector<std::string> m_absent; ///< "conclave_cuda: no NVIDIA card on this machine"
    std::unique_ptr<Device> m_reference = createReferenceDevice();
};

void TestPluginOps::initTestCase()
{
    PluginOptions options;
    options.validate = 1;
    m_loader = std::make_unique<PluginLoader>(QCoreApplication::applicationDirPath().toStdString(), options);
    for (std::size_t plugin = 0; plugin < m_loader->reports().size(); ++plugin) {
        const PluginReport &report = m_loader->reports()[plugin];
        if (report.devices.empty())
            m_absent.push_back(report.name + ": " + report.reason);
        for (std::size_t i = 0; i < report.devices.size(); ++i) {
            std::string reason;
            Found found{report.devices[i].name, m_loader->createDevice(plugin, i, reason)};
            QVERIFY2(found.device != nullptr, reason.c_str());
            QCOMPARE(found.device->info().name, found.name);
            m_devices.push_back(std::move(found));
        }
    }
    for (const std::string &absent : m_absent)
        qWarning("NOT TESTED HERE: %s", absent.c_str());
}

void TestPluginOps::cleanupTestCase()
{
    m_devices.clear();
    m_loader.reset();
}

/// A row for each device, and one that skips for each plugin without.
void TestPluginOps::addDevices() const
{
    QTest::addColumn<int>("device");
    for (std::size_t i = 0; i < m_devices.size(); ++i)
        QTest::newRow(m_devices[i].name.c_str()) << static_cast<int>(i);
    for (const std::string &absent : m_absent)
        QTest::newRow(absent.c_str()) << -1;
}

Device *TestPluginOps::fetchDevice() const
{
    QFETCH(int, device);
    return device < 0 ? nullptr : m_devices[static_cast<std::size_t>(device)].device.get();
}

#define FETCH_DEVICE(device)                                                                                                               \
    Device *const device = fetchDevice();                                                                                                  \
    if (device == nullptr)                                                                                                                 \
    QSKIP("no such device on this machine")

void TestPluginOps::opsAgreeWithTheReference_data()
{
    QTest::addColumn<int>("device");
    QTest::addColumn<OpCase>("run");
    QTest::addColumn<double>("tolerance");
    for (std::size_t i = 0; i < m_devices.size(); ++i)
        for (const NamedCase &one : allCases())
            QTest::addRow("%s: %s", m_devices[i].name.c_str(), one.name.c_str()) << static_cast<int>(i) << one.run << one.tolerance;
    for (const std::string &absent : m_absent)
        QTest::newRow(absent.c_str()) << -1 << OpCase() << 0.0;
}

void TestPluginOps::opsAgreeWithTheReference()
{
    FETCH_DEVICE(device);
    QFETCH(OpCase, run);
    QFETCH(double, tolerance);
    Side actual(*device);
    Side expected(*m_reference);
    Tensor actualOut;
    Tensor expectedOut;
    QVERIFY(run(expected, expectedOut).ok());
    const Status status = run(actual, actualOut);
    QVERIFY2(status.ok(), status.text);
    const std::string wrong = difference(actual.read(actualOut), expected.read(expectedOut), tolerance);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

namespace
{

/// A small feed-forward block: norm, two matmuls, gate, a third matmul onto the residual. Several times, in one go.
std::vector<float> runBlock(Side &side, int times)
{
    Random random(9);
    const Tensor x = side.activations({3, 64}, random.floats(3 * 64));
    const Tensor scale = side.vector(random.floats(64));
    const Tensor up = side.weights(DType::kQ8_0, 96, 64, random.weights(DType::kQ8_0, 96, 64));
    const Tensor down = side.weights(DType::kQ4_0, 64, 96, random.weights(DType::kQ4_0, 64, 96));
    const Tensor table = side.weights(DType::kF16, 8, 64, random.weights(DType::kF16, 8, 64));
    const Tensor normed = side.activations({3, 64}, random.floats(3 * 64));
    const Tensor hidden = side.activations({3, 96}, random.floats(3 * 96));
    const Tensor gate = side.activations({3, 96}, random.floats(3 * 96));
    bool ok = true;
    for (int i = 0; i < times; ++i) {
        const std::int32_t ids[] = {i % 8, (i + 3) % 8, (i * 5) % 8}; // gone once the op is queued
        ok = ok && side.queue().embedRows({table, ids, normed}).ok();
        ok = ok && side.queue().add({normed, x}).ok();
        ok = ok && side.queue().rmsNorm({x, scale, normed}).ok();
        ok = ok && side.queue().matmul({up, normed, {}, gate, Activation::kSilu, false, Precision::kFloat}).ok();
        ok = ok && side.queue().matmul({up, normed, {}, hidden, Activation::kNone, false, Precision::kFloat}).ok();
        ok = ok && side.queue().gatedActivation({gate, hidden, hidden, Activation::kSigmoid}).ok();
        ok = ok && side.queue().matmul({down, hidden, {}, x, Activation::kSigmoid, true, Precision::kFloat}).ok();
    }
    return ok ? side.read(x) : std::vector<float>();
}

} // namespace

void TestPluginOps::queuedOpsSeeEachOther()
{
    FETCH_DEVICE(device);
    Side actual(*device);
    Side expected(*m_reference);
    const std::string wrong = difference(runBlock(actual, 20), runBlock(expected, 20), 1e-3);
    QVERIFY2(wrong.empty(), wrong.c_str());
    QVERIFY(actual.queue().finish().ok()); // with nothing queued
    const std::string again = difference(runBlock(actual, 3), runBlock(expected, 3), 1e-3);
    QVERIFY2(again.empty(), again.c_str());
}

void TestPluginOps::laterOpsAreHonestlyUnsupported()
{
    FETCH_DEVICE(device);
    const std::unique_ptr<Queue> queue = device->createQueue();
    const Status answers[] = {queue->kvStore({}), queue->attention({}),        queue->router({}),      queue->moeFeedForward({}),
                              queue->conv3x3({}), queue->depthwiseConv3x3({}), queue->mergePatches({})};
    for (const Status &answer : answers) {
        QCOMPARE(answer.code, StatusCode::kUnsupported);
        QVERIFY(std::string(answer.text).find("not on this device yet") != std::string::npos);
    }
}

void TestPluginOps::wrongArgumentsAreRefused()
{
    FETCH_DEVICE(device);
    Side side(*device);
    Side foreign(*m_reference);
    const std::vector<float> values(64, 1.0F);
    const Tensor wide = side.activations({2, 32}, values);
    const Tensor narrow = side.activations({2, 16}, values);
    const Tensor other = foreign.activations({2, 32}, values);
    const auto code = [](const Status &status) { return status.code; };
    QCOMPARE(code(side.queue().add({narrow, wide})), StatusCode::kInvalidArgument);
    QCOMPARE(code(side.queue().add({{}, wide})), StatusCode::kInvalidArgument);
    QCOMPARE(code(side.queue().add({other, wide})), StatusCode::kInvalidArgument);
    QCOMPARE(code(side.queue().add({wide, other})), StatusCode::kInvalidArgument);
    QCOMPARE(code(side.queue().matmul({wide, narrow, {}, wide})), StatusCode::kInvalidArgument);
    const std::int32_t ids[] = {0, 2}; // the table has two rows
    QCOMPARE(code(side.queue().embedRows({wide, ids, wide})), StatusCode::kInvalidArgument);
    QCOMPARE(code(device->upload(other, {})), StatusCode::kInvalidArgument);
    QCOMPARE(code(device->download({}, Tensor::packed(DType::kF32, {4}, wide.buffer))), StatusCode::kInvalidArgument);
    std::vector<float> few(4);
    const Tensor beyond = Tensor::packed(DType::kF32, {4}, wide.buffer, wide.buffer->sizeBytes() - 12);
    QCOMPARE(code(device->download(std::as_writable_bytes(std::span(few)), beyond)), StatusCode::kInvalidArgument);
    QVERIFY(side.queue().finish().ok());
}

void TestPluginOps::memoryIsZeroedAndKeepsWhatIsUploaded()
{
    FETCH_DEVICE(device);
    constexpr std::int64_t kCount = 10'000'001; // halves: longer than any staging memory, odd, and two bytes off a word
    const std::unique_ptr<Buffer> buffer = device->allocate(2 * kCount + 6);
    QVERIFY(buffer != nullptr);
    QVERIFY(!buffer->readOnly());
    QCOMPARE(buffer->sizeBytes(), static_cast<std::size_t>(2 * kCount + 6));
    const Tensor tensor = Tensor::packed(DType::kF16, {kCount}, buffer.get(), 2);
    Bytes back(2 * kCount, std::byte{1});
    QVERIFY(device->download(back, tensor).ok());
    QVERIFY(back == Bytes(2 * kCount, std::byte{0}));
    Bytes sent(2 * kCount);
    for (std::size_t i = 0; i < sent.size(); ++i)
        sent[i] = static_cast<std::byte>(i * 2654435761U >> 13);
    QVERIFY(device->upload(tensor, sent).ok());
    QVERIFY(device->download(back, tensor).ok());
    QVERIFY(back == sent);
    Bytes edge(2);
    QVERIFY(device->download(edge, Tensor::packed(DType::kF16, {1}, buffer.get(), 0)).ok());
    QVERIFY(edge == Bytes(2, std::byte{0}));
    QVERIFY(device->download(edge, Tensor::packed(DType::kF16, {1}, buffer.get(), 2 * kCount + 2)).ok());
    QVERIFY(edge == Bytes(2, std::byte{0}));
}

void TestPluginOps::importedMemoryIsReadOnly()
{
    FETCH_DEVICE(device);
    const std::vector<float> values = Random(10).floats(1003);
    const auto bytes = std::as_bytes(std::span(values));
    const std::unique_ptr<Buffer> buffer = device->importReadOnly(bytes);
    QVERIFY(buffer != nullptr);
    QVERIFY(buffer->readOnly());
    QCOMPARE(buffer->sizeBytes(), bytes.size());
    const Tensor tensor = Tensor::packed(DType::kF32, {1, 1003}, buffer.get());
    std::vector<float> back(1003);
    QVERIFY(device->download(std::as_writable_bytes(std::span(back)), tensor).ok());
    QVERIFY(back == values);
    QCOMPARE(device->upload(tensor, bytes).code, StatusCode::kInvalidArgument);
    QCOMPARE(device->createQueue()->add({tensor, tensor}).code, StatusCode::kInvalidArgument);
    QVERIFY(device->importReadOnly({}) == nullptr);
    QVERIFY(device->importReadOnly(bytes.subspan(2)) == nullptr);
}

void TestPluginOps::tooLargeAllocationsAreNull()
{
    FETCH_DEVICE(device);
    QVERIFY(device->allocate(std::numeric_limits<std::size_t>::max()) == nullptr);
    QVERIFY(device->allocate(std::numeric_limits<std::size_t>::max() / 2) == nullptr);
    QVERIFY(device->allocate(device->info().memoryBytes * 2) == nullptr);
    QVERIFY(device->allocate(0) != nullptr);
    QVERIFY(device->allocate(100) != nullptr); // and it still works
}

void TestPluginOps::threadsEachHaveTheirQueue()
{
    FETCH_DEVICE(device);
    Side expected(*m_reference);
    const std::vector<float> truth = runBlock(expected, 4);
    std::array<std::string, 3> wrong;
    {
        std::vector<std::jthread> threads;
        for (std::string &mine : wrong)
            threads.emplace_back([&mine, &truth, device] {
                for (int i = 0; i < 5 && mine.empty(); ++i) {
                    Side side(*device);
                    mine = difference(runBlock(side, 4), truth, 1e-3);
                }
            });
    }
    for (const std::string &text : wrong)
        QVERIFY2(text.empty(), text.c_str());
}

void TestPluginOps::cudaUnpacksBlocksAsCoreDoes_data()
{
    QTest::addColumn<int>("type");
    for (const DType type : kWeightTypes)
        QTest::newRow(dtypeName(type)) << static_cast<int>(type);
}

namespace
{

template <DType type>
std::vector<float> expandAll(const Bytes &row, std::size_t width)
{
    std::vector<float> values((width + 31) / 32 * 32);
    for (std::size_t group = 0; group < values.size() / 32; ++group)
        conclave::kernels::cuda::Group<type>::expand(reinterpret_cast<const unsigned char *>(row.data()), static_cast<std::uint32_t>(group),
                                                     static_cast<std::uint32_t>(width), values.data() + group * 32);
    return values;
}

std::vector<float> expandAs(DType type, const Bytes &row, std::size_t width)
{
    switch (type) {
    case DType::kF32:
        return expandAll<DType::kF32>(row, width);
    case DType::kF16:
        return expandAll<DType::kF16>(row, width);
    case DType::kBF16:
        return expandAll<DType::kBF16>(row, width);
    case DType::kQ8_0:
        return expandAll<DType::kQ8_0>(row, width);
    case DType::kQ4_0:
        return expandAll<DType::kQ4_0>(row, width);
    case DType::kQ4_K:
        return expandAll<DType::kQ4_K>(row, width);
    default:
        return expandAll<DType::kQ6_K>(row, width);
    }
}

} // namespace

/// The text that the CUDA kernels compile, run on the host: the part of them that can be checked without a card.
void TestPluginOps::cudaUnpacksBlocksAsCoreDoes()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    const std::size_t width = isQuantised(dtype) ? 256 * 40 : 1003;
    const Bytes row = Random(11).weights(dtype, 1, static_cast<std::int64_t>(width));
    std::vector<float> expected(width);
    QVERIFY(dequantiseRow(dtype, row, expected));
    expected.resize((width + 31) / 32 * 32, 0.0F);
    const std::vector<float> actual = expandAs(dtype, row, width);
    // A contracted multiply-add may round Q4_K's last bit otherwise.
    const std::string wrong = difference(actual, expected, dtype == DType::kQ4_K ? 1e-6 : 0.0);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

void TestPluginOps::rotationsKeepTheirDigitsFarOut()
{
    const std::int32_t positions[] = {0, 1, 1'000'000};
    const float factors[] = {1.0F, 2.0F};
    const std::vector<float> rotations = ropeRotations(positions, 4, 10000.0F, factors);
    QCOMPARE(rotations.size(), std::size_t{12});
    QCOMPARE(rotations[0], 1.0F);
    QCOMPARE(rotations[1], 0.0F);
    QCOMPARE(rotations[4], static_cast<float>(std::cos(1.0)));
    QCOMPARE(rotations[7], static_cast<float>(std::sin(0.005)));
    QCOMPARE(rotations[8], static_cast<float>(std::cos(1e6)));
    QCOMPARE(rotations[11], static_cast<float>(std::sin(5000.0)));
}

void TestPluginOps::callCheckingSawNothing_data()
{
    QTest::addColumn<int>("plugin");
    for (std::size_t i = 0; i < m_loader->reports().size(); ++i)
        QTest::newRow(m_loader->reports()[i].name.c_str()) << static_cast<int>(i);
}

/// Last: the devices are gone, so leaks of driver objects have been counted too.
void TestPluginOps::callCheckingSawNothing()
{
    QFETCH(int, plugin);
    m_devices.clear();
    const PluginValidation seen = m_loader->validation(static_cast<std::size_t>(plugin));
    QVERIFY2(seen.messages == 0, seen.last);
    if (seen.active == 0)
        QSKIP("NOT CHECKED: no layer that checks driver calls (Vulkan: Debian's vulkan-validationlayers), or no such device");
}

QTEST_GUILESS_MAIN(TestPluginOps)
#include "test_plugin_ops.moc"
