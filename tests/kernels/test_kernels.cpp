#include "kernels/core/half.h"
#include "tests/kernels/op_cases.h"
#include "tests/support/sanitized.h"

#include <QFile>
#include <QTest>

#include <map>

/// Every op on every CPU level against the float64 reference; see op_cases.h for what is compared and how exactly.
namespace conclave::kernels::test
{

class TestKernels : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void dequantisingMatchesAnIndependentEngine_data();
    void dequantisingMatchesAnIndependentEngine();
    void quantisingMatchesAnIndependentEngine_data() { typeRows({DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ4_0}); }
    void quantisingMatchesAnIndependentEngine();
    void halvesSurviveTheRoundTrip();
    void tensorViews();
    void importedMemoryIsReadOnly();
    void aForcedLevelIsUsed();

    void matmul_data() { opRows(matmulCases()); }
    void matmul() { compareWithReference(); }
    void rowOps_data() { opRows(rowCases()); }
    void rowOps() { compareWithReference(); }
    void attention_data() { opRows(attentionCases()); }
    void attention() { compareWithReference(); }
    void attentionOverCaches_data() { opRows(cacheCases()); }
    void attentionOverCaches() { compareWithReference(); }
    void router_data() { opRows(routerCases()); }
    void router() { compareWithReference(); }
    void routerFollowsTheRule();
    void moeFeedForward_data() { opRows(moeCases()); }
    void moeFeedForward() { compareWithReference(); }
    void imageOps_data() { opRows(imageCases()); }
    void imageOps() { compareWithReference(); }
    void whatFamiliesAsk_data() { opRows(familyCases()); }
    void whatFamiliesAsk() { compareWithReference(); }
    void sequenceOps_data() { opRows(sequenceCases()); }
    void sequenceOps() { compareWithReference(); }

    void invalidArguments_data();
    void invalidArguments();
    void anOddThreadCountChangesNothing();
    void fewTokensGiveWhatManyGive();

private:
    void typeRows(std::initializer_list<DType> types);
    void opRows(const std::vector<OpCase> &cases);
    void compareWithReference();
    Device &device(CpuLevel level, int threads);

    std::unique_ptr<Device> m_reference;
    std::map<std::pair<CpuLevel, int>, std::unique_ptr<Device>> m_devices;
    std::vector<OpCase> m_cases;
    std::map<int, Floats> m_expected; ///< by case: the reference is slow
};

namespace
{

constexpr CpuLevel kLevels[] = {CpuLevel::kPortable, CpuLevel::kAvx2, CpuLevel::kAvxVnni, CpuLevel::kAvx512};

Bytes readFile(const QString &name)
{
    QFile file(QStringLiteral(CONCLAVE_TEST_DATA "/blocks/") + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray data = file.readAll();
    const auto *bytes = reinterpret_cast<const std::byte *>(data.constData());
    return {bytes, bytes + data.size()};
}

Floats readFloats(const QString &name)
{
    const Bytes bytes = readFile(name);
    Floats values(bytes.size() / sizeof(float));
    if (!values.empty())
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

std::vector<InvalidCase> allInvalidCases()
{
    std::vector<InvalidCase> cases = invalidCases();
    for (const InvalidCase &one : invalidSequenceCases())
        cases.push_back(one);
    return cases;
}

bool sameBits(const Floats &a, const Floats &b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

} // namespace

void TestKernels::initTestCase()
{
    m_reference = createReferenceDevice();
    qInfo("this machine: %s", cpuLevelName(detectCpuLevel()));
}

Device &TestKernels::device(CpuLevel level, int threads)
{
    auto &device = m_devices[{level, threads}];
    if (!device) {
        CpuOptions options;
        options.threads = threads;
        options.level = level;
        device = createCpuDevice(options);
    }
    return *device;
}

void TestKernels::typeRows(std::initializer_list<DType> types)
{
    QTest::addColumn<int>("type");
    for (const DType type : types)
        QTest::newRow(dtypeName(type)) << static_cast<int>(type);
}

void TestKernels::dequantisingMatchesAnIndependentEngine_data()
{
    typeRows({DType::kF16,    DType::kBF16,   DType::kQ8_0,  DType::kQ4_0,  DType::kQ4_1,    DType::kQ5_0,
              DType::kQ5_1,   DType::kQ2_K,   DType::kQ3_K,  DType::kQ4_K,  DType::kQ5_K,    DType::kQ6_K,
              DType::kIQ4_NL, DType::kIQ4_XS, DType::kMXFP4, DType::kIQ3_S, DType::kIQ3_XXS, DType::kIQ2_XXS,
              DType::kIQ2_XS, DType::kIQ2_S,  DType::kIQ1_S, DType::kIQ1_M, DType::kTQ1_0,   DType::kTQ2_0});
}

/// Bit for bit, by the portable code and by every level's (through embedRows).
void TestKernels::dequantisingMatchesAnIndependentEngine()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    const QString name = QString::fromLatin1(dtypeName(dtype));
    const Bytes raw = readFile(name + QStringLiteral(".raw.bin"));
    const Floats expected = readFloats(name + QStringLiteral(".f32.bin"));
    QCOMPARE(expected.size(), std::size_t{2048});
    QCOMPARE(raw.size(), 4 * rowBytes(dtype, 512));
    Floats values(2048);
    QVERIFY(dequantiseRow(dtype, raw, values));
    QVERIFY(sameBits(values, expected));
    const std::vector<std::int32_t> ids = {0, 1, 2, 3};
    for (const CpuLevel level : kLevels) {
        if (level != detectCpuLevel(level))
            continue;
        Rig rig(device(level, 1));
        const Tensor out = rig.output({4, 512});
        QVERIFY(rig.queue().embedRows({rig.weights(dtype, {4, 512}, raw), ids, out}).ok());
        QVERIFY2(sameBits(rig.read(out), expected), cpuLevelName(level));
    }
}

void TestKernels::quantisingMatchesAnIndependentEngine()
{
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    const Floats source = readFloats(QStringLiteral("source.f32.bin"));
    const Bytes expected = readFile(QString::fromLatin1(dtypeName(dtype)) + QStringLiteral(".raw.bin"));
    QCOMPARE(source.size(), std::size_t{2048});
    Bytes bytes(expected.size());
    QVERIFY(quantiseRow(dtype, source, bytes));
    QVERIFY(bytes == expected);
}

void TestKernels::halvesSurviveTheRoundTrip()
{
    for (std::uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = halfToFloat(half);
        if (std::isnan(value))
            QVERIFY(std::isnan(halfToFloat(floatToHalf(value))));
        else
            QCOMPARE(floatToHalf(value), half);
        const float brain = bf16ToFloat(half);
        if (!std::isnan(brain))
            QCOMPARE(floatToBf16(brain), half);
    }
    QCOMPARE(floatToHalf(65519.99F), std::uint16_t{0x7BFF});
    QCOMPARE(floatToHalf(65520.0F), std::uint16_t{0x7C00});
    QCOMPARE(floatToHalf(-1e30F), std::uint16_t{0xFC00});
    QCOMPARE(floatToHalf(0x1p-25F), std::uint16_t{0}); // half a step: to even
    QCOMPARE(floatToHalf(0x1.8p-25F), std::uint16_t{1});
    QCOMPARE(floatToHalf(1.0F + 0x1p-11F), std::uint16_t{0x3C00}); // to even
    QCOMPARE(floatToHalf(1.0F + 0x3p-11F), std::uint16_t{0x3C02});
}

void TestKernels::tensorViews()
{
    const Tensor all = Tensor::packed(DType::kQ8_0, {3, 5, 64}, nullptr, 128);
    QCOMPARE(all.rows(), 15);
    QCOMPARE(all.elements(), 960);
    QCOMPARE(all.packedBytes(), std::size_t{15 * 68});
    QCOMPARE(all.strideBytes[0], 5 * 68);
    QVERIFY(all.isPacked());
    const Tensor second = all.at(1);
    QCOMPARE(second.rank, 2);
    QCOMPARE(second.offset, std::size_t{128 + 5 * 68});
    QCOMPARE(second.shape[1], 64);
    const Tensor part = second.slice(2, 3);
    QCOMPARE(part.offset, std::size_t{128 + 7 * 68});
    QCOMPARE(part.shape[0], 3);
    Tensor columns = all;
    columns.shape[1] = 2;
    QVERIFY(!columns.isPacked());
    QCOMPARE(rowBytes(DType::kQ4_K, 255), std::size_t{0});
    QCOMPARE(rowBytes(static_cast<DType>(9999), 256), std::size_t{0});
}

void TestKernels::importedMemoryIsReadOnly()
{
    alignas(64) float memory[16] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (Device *each : {m_reference.get(), &device(CpuLevel::kPortable, 1)}) {
        const std::unique_ptr<Buffer> buffer = each->importReadOnly(std::as_bytes(std::span(memory)));
        QVERIFY(buffer != nullptr);
        Rig rig(*each);
        const Tensor imported = Tensor::packed(DType::kF32, {2, 4}, buffer.get());
        const Tensor own = rig.floats({2, 4}, Floats(8, 1.0F));
        QVERIFY(rig.queue().add({imported, own}).ok());
        QCOMPARE(rig.read(own)[7], 9.0F);
        QCOMPARE(rig.queue().add({own, imported}).code, StatusCode::kInvalidArgument);
        QCOMPARE(each->upload(imported, std::as_bytes(std::span(memory).first(8))).code, StatusCode::kInvalidArgument);
        QVERIFY(each->importReadOnly(std::as_bytes(std::span(memory)).subspan(1)) == nullptr);
        QVERIFY(each->importReadOnly({}) == nullptr);
    }
    QCOMPARE(memory[0], 1.0F);
}

void TestKernels::aForcedLevelIsUsed()
{
    for (const CpuLevel level : kLevels) {
        const CpuLevel used = detectCpuLevel(level);
        const std::string expected = std::string("CPU (") + cpuLevelName(used) + ", 2 threads)";
        QCOMPARE(QString::fromStdString(device(level, 2).info().name), QString::fromStdString(expected));
    }
}

void TestKernels::opRows(const std::vector<OpCase> &cases)
{
    QTest::addColumn<int>("index");
    QTest::addColumn<int>("level");
    m_cases = cases;
    m_expected.clear();
    for (const CpuLevel level : kLevels) {
        if (conclave::test::kSanitized && level == CpuLevel::kAvxVnni)
            continue; // the source of AVX2 with another instruction
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow((std::string(cpuLevelName(level)) + ": " + cases[i].name).c_str())
                << static_cast<int>(i) << static_cast<int>(level);
    }
}

/// Against the reference, and the same bits with one thread, again on the same queue, and with two. Under a sanitizer the device's are
/// computed with two threads, every fourth also by the reference, and nothing is compared.
void TestKernels::compareWithReference()
{
    QFETCH(int, index);
    QFETCH(int, level);
    if (static_cast<CpuLevel>(level) != detectCpuLevel(static_cast<CpuLevel>(level)))
        QSKIP((std::string("this machine has no ") + cpuLevelName(static_cast<CpuLevel>(level))).c_str());
    const OpCase &one = m_cases[static_cast<std::size_t>(index)];
    if (!m_expected.contains(index) && (!conclave::test::kSanitized || index % 4 == 0)) {
        Rig rig(*m_reference);
        m_expected[index] = one.program(rig);
        QVERIFY2(rig.status().ok(), rig.status().text);
    }
    Rig rig(device(static_cast<CpuLevel>(level), conclave::test::kSanitized ? 2 : 1));
    const Floats actual = one.program(rig);
    QVERIFY2(rig.status().ok(), rig.status().text);
    if (conclave::test::kSanitized)
        return;
    const Floats &expected = m_expected[index];
    QCOMPARE(actual.size(), expected.size());
    const Floats tolerance = one.tolerance(expected);
    QCOMPARE(tolerance.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const bool equal = actual[i] == expected[i] || std::fabs(actual[i] - expected[i]) <= tolerance[i];
        if (!equal) // the text takes longer than the comparison
            QFAIL(qPrintable(QStringLiteral("value %1 is %2, the reference has %3, the tolerance is %4")
                                 .arg(i)
                                 .arg(static_cast<double>(actual[i]), 0, 'g', 9)
                                 .arg(static_cast<double>(expected[i]), 0, 'g', 9)
                                 .arg(static_cast<double>(tolerance[i]))));
    }
    QVERIFY2(sameBits(one.program(rig), actual), "a second run on the same queue gives other bits");
    Rig two(device(static_cast<CpuLevel>(level), 2));
    QVERIFY2(sameBits(one.program(two), actual), "two threads give other bits than one");
    QVERIFY2(rig.status().ok() && two.status().ok(), "a later run failed");
}

/// Numbers worked out by hand from the rule, so that the reference itself is held to it.
void TestKernels::routerFollowsTheRule()
{
    const auto logit = [](double p) { return static_cast<float>(std::log(p / (1 - p))); };
    const Floats logits = {logit(0.8), logit(0.1),  logit(0.6),  logit(0.2),  // shares of the first three: 0.5, 0.875, 1
                           logit(0.9), logit(0.05), logit(0.03), logit(0.02), // one expert nearly alone
                           logit(0.5), logit(0.5),  logit(0.5),  logit(0.5)}; // no preference: below the calibration
    std::vector<Device *> devices = {m_reference.get()};
    for (const CpuLevel level : kLevels)
        devices.push_back(&device(level, 1));
    for (Device *each : devices) {
        Rig rig(*each);
        RouterArgs args;
        args.logits = rig.floats({3, 4}, logits);
        args.score = GatingScore::kSigmoid;
        args.kMin = 1;
        args.kMax = 3;
        args.kWide = 4;
        args.tau = 0.75F;
        args.calibration = 0.4F;
        args.experts = rig.ints({3, 4}, std::vector<std::int32_t>(12, 77));
        args.weights = rig.output({3, 4});
        args.margins = rig.output({3});
        QVERIFY(rig.queue().router(args).ok());
        QCOMPARE(rig.read(args.experts), (Floats{0, 2, -1, -1, 0, -1, -1, -1, 0, 1, 2, 3}));
        const Floats weights = rig.read(args.weights);
        const Floats expected = {0.8F / 1.4F, 0.6F / 1.4F, 0, 0, 1, 0, 0, 0, 0.25F, 0.25F, 0.25F, 0.25F};
        for (std::size_t i = 0; i < weights.size(); ++i)
            QVERIFY(std::fabs(weights[i] - expected[i]) < 1e-6F);
        const Floats margins = rig.read(args.margins);
        QVERIFY(std::fabs(margins[0] - 0.4F) < 1e-6F);
        QVERIFY(std::fabs(margins[1] - 0.85F) < 1e-6F);
        QVERIFY(std::isinf(margins[2]) && margins[2] > 0);
    }
}

void TestKernels::invalidArguments_data()
{
    QTest::addColumn<int>("index");
    const std::vector<InvalidCase> cases = allInvalidCases();
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(cases[i].name.c_str()) << static_cast<int>(i);
}

void TestKernels::invalidArguments()
{
    QFETCH(int, index);
    const InvalidCase one = allInvalidCases()[static_cast<std::size_t>(index)];
    for (Device *each : {m_reference.get(), &device(detectCpuLevel(), 2)}) {
        Rig rig(*each);
        const Status status = one.program(rig);
        QCOMPARE(status.code, StatusCode::kInvalidArgument);
        QVERIFY(std::strlen(status.text) > 0);
        QVERIFY2(rig.status().ok(), "the case itself is wrong");
    }
}

void TestKernels::anOddThreadCountChangesNothing()
{
    if (conclave::test::kSanitized)
        QSKIP("SKIPPED: compares numbers, which the release build does");
    for (const OpCase &one : matmulCases()) {
        if (one.name.find("768") == std::string::npos)
            continue;
        Rig single(device(detectCpuLevel(), 1));
        Rig several(device(detectCpuLevel(), 5));
        QVERIFY(sameBits(one.program(single), one.program(several)));
    }
}

/// What a token gets does not depend on how many go with it, where few and many take different ways through the same sums.
void TestKernels::fewTokensGiveWhatManyGive()
{
    if (detectCpuLevel() != CpuLevel::kAvx512)
        QSKIP("SKIPPED: this processor has no AVX-512 VNNI");
    constexpr std::int64_t kRows = 37, kWidth = 768, kMany = 20;
    for (const DType type : {DType::kQ4_0, DType::kIQ4_NL, DType::kMXFP4, DType::kQ4_K, DType::kQ5_K, DType::kQ6_K}) {
        Numbers numbers(3);
        const Bytes weights = numbers.weightRows(type, kRows, kWidth);
        const Floats in = numbers.normal(kMany * kWidth);
        const auto first = [&](std::int64_t tokens) {
            Rig rig(device(CpuLevel::kAvx512, 1));
            MatmulArgs args;
            args.weight = rig.weights(type, {kRows, kWidth}, weights);
            args.in = rig.floats({tokens, kWidth}, Floats(in.begin(), in.begin() + tokens * kWidth));
            args.out = rig.output({tokens, kRows});
            args.precision = Precision::kFast;
            rig.note(rig.queue().matmul(args));
            Floats out = rig.read(args.out);
            out.resize(3 * kRows);
            return rig.status().ok() ? out : Floats{};
        };
        const Floats many = first(kMany);
        QCOMPARE(many.size(), std::size_t{3 * kRows});
        for (std::int64_t tokens = 3; tokens <= 7; ++tokens)
            QVERIFY2(sameBits(first(tokens), many), dtypeName(type));
    }
}

} // namespace conclave::kernels::test

QTEST_APPLESS_MAIN(conclave::kernels::test::TestKernels)
#include "test_kernels.moc"
