#include "engine_cases.h"
#include "kernels/core/half.h"
#include "kernels/core/quantise.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/cuda/fusion.h"
#include "kernels/plugin/plugin_loader.h"
#include "kernels/plugin/rotations.h"
#include "op_cases.h"
#include "plugin_bench.h"
#include "tests/support/sanitized.h"

#include <QTest>
#include <algorithm>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <thread>

using namespace conclave::kernels;
using namespace conclave::tests;

class TestPluginOps : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void opsAgreeWithTheReference_data();
    void opsAgreeWithTheReference();
    void whatEnginesAskAgreesWithTheReference_data();
    void whatEnginesAskAgreesWithTheReference();
    void queuedOpsSeeEachOther_data() { addDevices(); }
    void queuedOpsSeeEachOther();
    void matricesThatADriverRefusesAreDoneWithout();
    void submittedOpsKeepTheirOrder_data() { addDevices(); }
    void submittedOpsKeepTheirOrder();
    void laterOpsAreHonestlyUnsupported_data() { addDevices(); }
    void laterOpsAreHonestlyUnsupported();
    void wrongArgumentsAreRefused_data() { addDevices(); }
    void wrongArgumentsAreRefused();
    void memoryIsZeroedAndKeepsWhatIsUploaded_data() { addDevices(); }
    void memoryIsZeroedAndKeepsWhatIsUploaded();
    void memoryUsedBeforeIsZeroedToo_data() { addDevices(); }
    void memoryUsedBeforeIsZeroedToo();
    void importedMemoryIsReadOnly_data() { addDevices(); }
    void importedMemoryIsReadOnly();
    void tooLargeAllocationsAreNull_data() { addDevices(); }
    void tooLargeAllocationsAreNull();
    void threadsEachHaveTheirQueue_data() { addDevices(); }
    void threadsEachHaveTheirQueue();
    void cudaUnpacksBlocksAsCoreDoes_data();
    void cudaUnpacksBlocksAsCoreDoes();
    void rotationsKeepTheirDigitsFarOut();
    void fusionTakesWhatFits();
    void fusionLeavesWhatDoesNot_data();
    void fusionLeavesWhatDoesNot();
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
    std::vector<EngineCases> m_engineCases;
    std::unique_ptr<Device> m_reference = createReferenceDevice();
};

namespace
{

/// What CONCLAVE_VULKAN_VARIANTS asks for and a device's name does not tell.
std::string variantsMissing(const std::string &device)
{
    constexpr std::array<std::array<const char *, 2>, 4> kWords{
        {{"subgroups", ", subgroups of"}, {"bytes", ", 8-bit products"}, {"halves", ", halves"}, {"matrices", ", matrices of"}}};
    const QByteArray asked = qgetenv("CONCLAVE_VULKAN_VARIANTS");
    std::string missing;
    for (const auto &[word, told] : kWords)
        if (device.starts_with("Vulkan") && asked.contains(word) && device.find(told) == std::string::npos)
            missing += (missing.empty() ? "" : ", ") + std::string(word);
    return missing;
}

} // namespace

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
            if (const std::string lacks = variantsMissing(found.name); !lacks.empty()) {
                m_absent.push_back(found.name + ": offers no " + lacks);
                continue;
            }
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
    QTest::addColumn<bool>("optional");
    for (std::size_t i = 0; i < m_devices.size(); ++i)
        for (const NamedCase &one : allCases())
            QTest::addRow("%s: %s", m_devices[i].name.c_str(), one.name.c_str())
                << static_cast<int>(i) << one.run << one.tolerance << one.optional;
    for (const std::string &absent : m_absent)
        QTest::newRow(absent.c_str()) << -1 << OpCase() << 0.0 << false;
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
    QFETCH(bool, optional);
    if (optional && status.code == StatusCode::kUnsupported && device->info().kind == DeviceKind::kCuda)
        QSKIP("not on CUDA yet");
    QVERIFY2(status.ok(), status.text);
    const std::string wrong = difference(actual.read(actualOut), expected.read(expectedOut), tolerance);
    QVERIFY2(wrong.empty(), wrong.c_str());
}

void TestPluginOps::whatEnginesAskAgreesWithTheReference_data()
{
    m_engineCases = engineCases(!conclave::test::kSanitized);
    QTest::addColumn<int>("device");
    QTest::addColumn<int>("kind");
    for (std::size_t i = 0; i < m_devices.size(); ++i)
        for (std::size_t kind = 0; kind < m_engineCases.size(); ++kind)
            QTest::addRow("%s: %s", m_devices[i].name.c_str(), m_engineCases[kind].name.c_str())
                << static_cast<int>(i) << static_cast<int>(kind);
    for (const std::string &absent : m_absent)
        QTest::newRow(absent.c_str()) << -1 << 0;
}

/// A row for ops that are alike, as the cases are thousands.
void TestPluginOps::whatEnginesAskAgreesWithTheReference()
{
    FETCH_DEVICE(device);
    QFETCH(int, kind);
    std::map<std::string, int> unsupported;
    int right = 0;
    int wrong = 0;
    for (const EngineCase &one : m_engineCases[static_cast<std::size_t>(kind)].cases) {
        Status status;
        const std::string differs = one.differs(*device, *m_reference, status);
        if (status.code == StatusCode::kUnsupported)
            ++unsupported[status.text];
        else if (differs.empty())
            ++right;
        else if (++wrong <= 20)
            qWarning("%s: %s", one.name.c_str(), differs.c_str());
    }
    for (const auto &[why, count] : unsupported)
        qInfo("%d cases: %s", count, why.c_str());
    qInfo("%d cases agree", right);
    QCOMPARE(wrong, 0);
    if (device->info().kind != DeviceKind::kVulkan)
        return;
    QVERIFY(right > 10);
    QVERIFY2(unsupported.empty(), "what Vulkan cannot do"); // all ops of all weights
}

namespace
{

std::vector<float> runBlock(Side &side, int times)
{
    Tensor out;
    return queueBlock(side, times, out).ok() ? side.read(out) : std::vector<float>();
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

namespace
{

const OpCase kPrompt = fastMatmulCase(DType::kQ4_K, {131, 768, 40});

/// What that product gives on the first Vulkan device with `variants`, whose name it tells.
std::vector<float> productOfVariants(const char *variants, const char *trouble, std::string &name)
{
    const QByteArray before = qgetenv("CONCLAVE_VULKAN_VARIANTS");
    qputenv("CONCLAVE_VULKAN_VARIANTS", variants);
    qputenv("CONCLAVE_VULKAN_TROUBLE", trouble);
    std::vector<float> values;
    {
        const PluginLoader loader(QCoreApplication::applicationDirPath().toStdString(), {}, {"conclave_vulkan"});
        std::string reason;
        const std::unique_ptr<Device> device = loader.createDevice(0, 0, reason);
        if (device != nullptr) {
            name = device->info().name;
            Side side(*device);
            Tensor out;
            if (kPrompt(side, out).ok())
                values = side.read(out);
        }
    }
    qputenv("CONCLAVE_VULKAN_VARIANTS", before);
    qunsetenv("CONCLAVE_VULKAN_TROUBLE");
    return values;
}

} // namespace

/// The kernels that the device has besides take their place, to the bit; the matrices themselves are closer than those.
void TestPluginOps::matricesThatADriverRefusesAreDoneWithout()
{
    std::string with, without;
    const std::vector<float> matrices = productOfVariants("subgroups,bytes,matrices", "", with);
    const std::vector<float> bytes = productOfVariants("subgroups,bytes", "", without);
    if (with.find(", matrices of") == std::string::npos)
        QSKIP("NOT TESTED HERE: no Vulkan device with cooperative matrices (kernels/README.md says which drivers offer them)");
    const std::vector<float> refused = productOfVariants("subgroups,bytes,matrices", "matrices", with);
    QVERIFY(!bytes.empty());
    QVERIFY(refused == bytes);
    const std::vector<float> wrong = productOfVariants("subgroups,bytes,matrices", "wrong", with); // found out when the device is opened
    QVERIFY(wrong == bytes);
    QVERIFY2(with.find(", matrices of") == std::string::npos && with.find("8-bit products") != std::string::npos, with.c_str());
    Side reference(*m_reference);
    Tensor out;
    QVERIFY(kPrompt(reference, out).ok());
    const std::vector<float> expected = reference.read(out);
    QVERIFY(largestError(matrices, expected) < fastTolerance(DType::kF16, 768));
    QVERIFY(largestError(bytes, expected) > 2 * largestError(matrices, expected));
}

/// What has begun comes before what is queued later, and a queue may go while it works.
void TestPluginOps::submittedOpsKeepTheirOrder()
{
    FETCH_DEVICE(device);
    Side side(*device);
    const Tensor term = side.activations({2, 32}, std::vector<float>(64, 1.0F));
    const Tensor sum = side.activations({2, 32}, std::vector<float>(64, 0.0F));
    const auto are = [&side](const Tensor &tensor, float value) { // between rows there is something else
        const std::vector<float> all = side.read(tensor);
        return std::count(all.begin(), all.end(), value) == 64;
    };
    QVERIFY(side.queue().submit().ok()); // with nothing queued
    for (int i = 0; i < 5; ++i) {
        QVERIFY(side.queue().add({term, sum}).ok());
        QVERIFY(side.queue().submit().ok());
    }
    QVERIFY(side.queue().add({sum, term}).ok());
    QVERIFY(are(term, 6));
    std::unique_ptr<Queue> other = device->createQueue();
    QVERIFY(other->add({term, sum}).ok());
    QVERIFY(other->submit().ok());
    other.reset();
    QVERIFY(are(sum, 11));
}

void TestPluginOps::laterOpsAreHonestlyUnsupported()
{
    FETCH_DEVICE(device);
    const std::unique_ptr<Queue> queue = device->createQueue();
    const Status answers[] = {queue->poolBlocks({}), queue->chooseRows({}), queue->gatherStreams({}), queue->spreadStreams({})};
    for (const Status &answer : answers) {
        if (device->info().kind == DeviceKind::kVulkan)
            continue; // has them
        QCOMPARE(answer.code, StatusCode::kUnsupported);
        QVERIFY(std::string(answer.text).find("not on this device yet") != std::string::npos);
    }
    if (device->info().kind == DeviceKind::kVulkan)
        return; // and reads all weights
    Side side(*device);
    for (const DType type : {DType::kIQ2_XXS, DType::kIQ3_S, DType::kIQ1_M, DType::kTQ2_0}) {
        const Tensor weights = side.weights(type, 3, 256, Bytes(3 * rowBytes(type, 256)));
        const std::vector<std::int32_t> ids = {1};
        const Tensor in = side.activations({1, 256}, std::vector<float>(256));
        QCOMPARE(side.queue().embedRows({weights, ids, in}).code, StatusCode::kUnsupported);
        MatmulArgs args;
        args.weight = weights;
        args.in = in;
        args.out = side.activations({1, 3}, std::vector<float>(3));
        QCOMPARE(side.queue().matmul(args).code, StatusCode::kUnsupported);
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

void TestPluginOps::memoryUsedBeforeIsZeroedToo()
{
    FETCH_DEVICE(device);
    const Bytes used(5000, std::byte{0xA5});
    Bytes back(used.size());
    for (int round = 0; round < 20; ++round) {
        const std::unique_ptr<Buffer> buffer = device->allocate(used.size());
        const Tensor tensor = Tensor::packed(DType::kF16, {2500}, buffer.get());
        QVERIFY(device->download(back, tensor).ok());
        QVERIFY(back == Bytes(used.size(), std::byte{0}));
        QVERIFY(device->upload(tensor, used).ok());
    }
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
    RopeArgs args;
    args.inout.shape[0] = 3;
    args.positions = positions;
    args.dims = 4;
    args.factors = factors;
    const std::vector<float> rotations = ropeRotations(args);
    QCOMPARE(rotations.size(), std::size_t{12});
    QCOMPARE(rotations[0], 1.0F);
    QCOMPARE(rotations[1], 0.0F);
    QCOMPARE(rotations[4], static_cast<float>(std::cos(1.0)));
    QCOMPARE(rotations[7], static_cast<float>(std::sin(0.005)));
    QCOMPARE(rotations[8], static_cast<float>(std::cos(1e6)));
    QCOMPARE(rotations[11], static_cast<float>(std::sin(5000.0)));
}

namespace
{

template <class Call>
GatheredLaunch gathered(KernelId kernel, const Call &call, DType type = DType::kF32)
{
    Launch launch;
    launch.kernel = kernel;
    launch.type = type;
    launch.call = std::as_bytes(std::span(&call, 1));
    return GatheredLaunch(launch);
}

/// What one token's projection is: a norm from 0x1000 to 0x4000, then products of that to 0x8000, 0x9000 ...
struct Projection
{
    RmsNormCall norm{};
    std::array<MatmulCall, 3> products{};

    Projection()
    {
        norm = {0x1000, 0x2000, 0x4000, 2048, 2048, 1, 512, 1e-6F, 0};
        for (std::size_t i = 0; i < products.size(); ++i) {
            MatmulCall &call = products[i];
            call.weight = 0x100000 * (i + 1);
            call.weightStride = 288;
            call.in = norm.out;
            call.out = 0x8000 + 0x1000 * i;
            call.rows = 64;
            call.width = 512;
            call.tokens = 1;
            call.fast = 1;
        }
    }
    std::size_t taken(FusedProducts &fused) const
    {
        std::vector<GatheredLaunch> launches{gathered(KernelId::kRmsNorm, norm)};
        for (const MatmulCall &call : products)
            launches.push_back(gathered(KernelId::kMatmul, call, DType::kQ4_K));
        return matchProducts(launches, fused);
    }
};

} // namespace

void TestPluginOps::fusionTakesWhatFits()
{
    const Projection projection;
    FusedProducts products;
    QCOMPARE(projection.taken(products), std::size_t{4});
    QCOMPARE(products.count, 3U);
    QCOMPARE(products.rows, 192U);
    QCOMPARE(products.normed, DeviceAddress{0x4000});
    QCOMPARE(products.products[2].out, DeviceAddress{0xA000});

    // Queries normed and turned, keys normed, turned and stored, values stored; in this order.
    const RmsNormCall queryNorm{0x1000, 0, 0x1000, 256, 256, 8, 64, 1e-6F, 0}, keyNorm{0x3000, 0, 0x3000, 256, 256, 2, 64, 1e-6F, 0};
    const RopeCall queryRope{0x1000, 0x9000, 2048, 256, 1, 8, 32, 0}, keyRope{0x3000, 0x9000, 512, 256, 1, 2, 32, 0};
    const KvStoreCall keyStore{0x3000, 0x10000, 0, 512, 256, 512, 256, 1, 2, 64, 7, 0, 0};
    KvStoreCall valueStore = keyStore;
    valueStore.in = 0x4000;
    valueStore.cache = 0x20000;
    const std::vector<GatheredLaunch> launches{gathered(KernelId::kRmsNorm, queryNorm),
                                               gathered(KernelId::kRope, queryRope),
                                               gathered(KernelId::kRmsNorm, keyNorm),
                                               gathered(KernelId::kRope, keyRope),
                                               gathered(KernelId::kKvStore, keyStore, DType::kF16),
                                               gathered(KernelId::kKvStore, valueStore, DType::kF16)};
    FusedHeads heads;
    QCOMPARE(matchHeads(launches, heads), std::size_t{6});
    QCOMPARE(heads.count, 3U);
    QCOMPARE(heads.heads, 12U);
    QCOMPARE(heads.position, 7U);
    QCOMPARE(heads.sets[2].cache, DeviceAddress{0x20000});
    QCOMPARE(matchHeads(std::span(launches).first(1), heads), std::size_t{0}); // a norm alone stays one

    // And the attention after them; not one over other keys.
    AttentionCall attention{};
    attention.query = 0x1000;
    attention.keys = 0x10000;
    attention.values = 0x20000;
    attention.out = 0x8000;
    attention.queryHeadStride = attention.outHeadStride = 256;
    attention.keySlotStride = attention.valueSlotStride = 512;
    attention.keyHeadStride = attention.valueHeadStride = 256;
    attention.tokens = 1;
    attention.heads = 8;
    attention.kvHeads = 2;
    attention.width = attention.valueWidth = 64;
    attention.first = 7;
    attention.pageTokens = keyStore.pageTokens;
    std::vector<GatheredLaunch> attended = launches;
    attended.push_back(gathered(KernelId::kAttention, attention, DType::kF16));
    FusedAttention whole;
    QCOMPARE(matchAttention(attended, whole), std::size_t{7});
    QCOMPARE(whole.key, 1U);
    QCOMPARE(whole.value, 2U);
    attention.keys = 0x30000;
    attended.back() = gathered(KernelId::kAttention, attention, DType::kF16);
    QCOMPARE(matchAttention(attended, whole), std::size_t{0});

    // A rope after the store must not be moved before it.
    const std::vector<GatheredLaunch> late{launches[4], launches[5], launches[3]};
    QCOMPARE(matchHeads(late, heads), std::size_t{2});
}

void TestPluginOps::fusionLeavesWhatDoesNot_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<std::size_t>("taken");
    QTest::newRow("two tokens") << 0 << std::size_t{0};
    QTest::newRow("in float") << 1 << std::size_t{0};
    QTest::newRow("weights at an odd address") << 2 << std::size_t{0};
    QTest::newRow("onto the token itself") << 3 << std::size_t{0};
    QTest::newRow("the second product onto the first") << 4 << std::size_t{2};
    QTest::newRow("the third product of something else") << 5 << std::size_t{3};
    QTest::newRow("a norm in place") << 6 << std::size_t{0};
}

void TestPluginOps::fusionLeavesWhatDoesNot()
{
    QFETCH(int, what);
    QFETCH(std::size_t, taken);
    Projection projection;
    switch (what) {
    case 0:
        projection.products[0].tokens = 2;
        break;
    case 1:
        projection.products[0].fast = 0;
        break;
    case 2:
        projection.products[0].weight += 2;
        break;
    case 3:
        projection.products[0].out = projection.norm.in + 64;
        break;
    case 4:
        projection.products[1].out = projection.products[0].out + 252; // its last value
        break;
    case 5:
        projection.products[2].in = 0x7000;
        break;
    default:
        projection.norm.out = projection.norm.in;
        break;
    }
    FusedProducts fused;
    QCOMPARE(projection.taken(fused), taken);
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
