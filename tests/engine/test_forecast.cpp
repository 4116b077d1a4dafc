#include "engine/api/forecast.h"
#include "engine/api/model_header.h"
#include "engine/api/synthesis.h"
#include "engine/cache/kv_cache.h"
#include "engine/format/gguf_reader.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <filesystem>
#include <fstream>

using namespace conclave;
using namespace conclave::engine;

namespace
{

/// Passes everything on to a real device and counts what that allocates.
class Tally final : public kernels::Device
{
public:
    explicit Tally(std::unique_ptr<kernels::Device> device) : m_device(std::move(device)) {}

    const kernels::DeviceInfo &info() const override { return m_device->info(); }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override
    {
        allocated += bytes;
        return m_device->allocate(bytes);
    }
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override { return m_device->importReadOnly(memory); }
    std::unique_ptr<kernels::Queue> createQueue() override { return m_device->createQueue(); }
    kernels::Status upload(const kernels::Tensor &to, std::span<const std::byte> from) override { return m_device->upload(to, from); }
    kernels::Status download(std::span<std::byte> to, const kernels::Tensor &from) override { return m_device->download(to, from); }

    std::uint64_t allocated = 0;

private:
    std::unique_ptr<kernels::Device> m_device;
};

std::filesystem::path pathOf(const QString &text)
{
    return std::filesystem::path(text.toStdU16String());
}

/// A file of full size in a known shape that takes no disk.
std::filesystem::path fullSize(const QTemporaryDir &folder, const char *shape)
{
    const std::filesystem::path file = pathOf(folder.filePath(QString::fromLatin1(shape) + QStringLiteral(".gguf")));
    SynthesisRequest request;
    request.shape = shape;
    request.hole = true;
    const auto done = synthesise(file, request);
    return done ? file : std::filesystem::path();
}

} // namespace

class TestForecast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatLoadingAllocates_data();
    void countsWhatLoadingAllocates();
    void contextGrowsAsItIsForecast_data() { countsWhatLoadingAllocates_data(); }
    void contextGrowsAsItIsForecast();
    void readsWhatTheModelSaysItReads_data() { countsWhatLoadingAllocates_data(); }
    void readsWhatTheModelSaysItReads();
    void modelsOfFullSizeAreToldFromTheirHeaders_data();
    void modelsOfFullSizeAreToldFromTheirHeaders();
    void refusesWhatLoadingWouldRefuse();
    void speedIsTheSumOfWhatATokenReads();
    void anUnknownSpeedIsNotGuessed();
    void measuresThisMachine();
};

void TestForecast::countsWhatLoadingAllocates_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("the built-in model") << QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/models/conclave-chart.gguf");
    const QDir models(QStringLiteral(CONCLAVE_TEST_DATA "/models"));
    for (const QString &name : models.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString file = models.filePath(name + QStringLiteral("/model.gguf"));
        if (QFile::exists(file))
            QTest::newRow(qPrintable(name)) << file;
    }
}

void TestForecast::countsWhatLoadingAllocates()
{
    QFETCH(QString, file);
    const auto footprint = modelFootprint(pathOf(file));
    QVERIFY2(footprint.ok(), footprint.ok() ? "" : footprint.error().message.c_str());
    auto opened = GgufFile::open(pathOf(file));
    QVERIFY(opened.ok());
    Tally device(kernels::createCpuDevice({.threads = 1}));
    const auto model = loadModel(*opened, device, {});
    QVERIFY(model.ok());
    // Beside the loader's own the forecast holds what the queue keeps while it computes.
    QVERIFY(footprint->workBytes >= device.allocated);
    QCOMPARE(footprint->weightBytes + footprint->expertBytes, opened->sizeBytes());
    QCOMPARE(footprint->model.name, (*model)->info().name);
}

void TestForecast::contextGrowsAsItIsForecast()
{
    QFETCH(QString, file);
    const auto footprint = modelFootprint(pathOf(file));
    QVERIFY(footprint.ok());
    auto opened = GgufFile::open(pathOf(file));
    QVERIFY(opened.ok());
    Tally device(kernels::createCpuDevice({.threads = 1}));
    auto model = loadModel(*opened, device, {});
    QVERIFY(model.ok());
    const std::uint64_t before = device.allocated;
    auto cache = (*model)->createCache(footprint->model.contextTokens);
    QVERIFY(cache.ok());
    const int tokens = std::min(100, footprint->model.contextTokens);
    std::vector<std::int32_t> prompt(static_cast<std::size_t>(tokens), 1);
    Batch batch;
    batch.tokens = prompt;
    batch.cache = cache->get();
    QVERIFY((*model)->forward(batch).ok());
    QCOMPARE(device.allocated - before, footprint->grownContextBytes(tokens, tokens));
}

void TestForecast::readsWhatTheModelSaysItReads()
{
    QFETCH(QString, file);
    const auto footprint = modelFootprint(pathOf(file));
    QVERIFY(footprint.ok());
    auto opened = GgufFile::open(pathOf(file));
    QVERIFY(opened.ok());
    const auto device = kernels::createCpuDevice({.threads = 1});
    const auto model = loadModel(*opened, *device, {});
    QVERIFY(model.ok());
    for (const int position : {0, 64}) {
        const auto said = static_cast<double>((*model)->bytesPerToken(position));
        QVERIFY2(std::abs(footprint->bytesRead(position) - said) <= 0.03 * said,
                 qPrintable(QStringLiteral("%1 instead of %2").arg(footprint->bytesRead(position)).arg(said)));
    }
}

void TestForecast::modelsOfFullSizeAreToldFromTheirHeaders_data()
{
    QTest::addColumn<QString>("shape");
    QTest::addColumn<double>("gigabytes");
    QTest::newRow("qwen3-30b-a3b") << QStringLiteral("qwen3-30b-a3b") << 18.2;
    QTest::newRow("mixtral-8x7b") << QStringLiteral("mixtral-8x7b") << 28.2;
    QTest::newRow("deepseek-v2-lite") << QStringLiteral("deepseek-v2-lite") << 11.3;
    QTest::newRow("deepseek-v4-flash") << QStringLiteral("deepseek-v4-flash") << 156.0;
    QTest::newRow("gpt-oss-20b") << QStringLiteral("gpt-oss-20b") << 12.1;
}

/// Files as large as people's, in less than a second: nothing but the header is read.
void TestForecast::modelsOfFullSizeAreToldFromTheirHeaders()
{
    QFETCH(QString, shape);
    QFETCH(double, gigabytes);
    const QTemporaryDir folder;
    const std::filesystem::path file = fullSize(folder, qPrintable(shape));
    QVERIFY(!file.empty());
    const auto start = std::chrono::steady_clock::now();
    const auto header = readModelHeader(file);
    const auto footprint = modelFootprint(file);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    QVERIFY2(header.ok() && header->kind == FileKind::kModel, header.ok() ? "" : header.error().message.c_str());
    QVERIFY2(footprint.ok(), footprint.ok() ? "" : footprint.error().message.c_str());
    const double all = static_cast<double>(footprint->mappedBytes()) / 1e9;
    QVERIFY2(std::abs(all - gigabytes) < 0.1 * gigabytes, qPrintable(QString::number(all)));
    QVERIFY(footprint->expertBytes > footprint->weightBytes);
    QVERIFY2(seconds < 10, qPrintable(QString::number(seconds)));
}

void TestForecast::refusesWhatLoadingWouldRefuse()
{
    const QTemporaryDir folder;
    const auto absent = modelFootprint(pathOf(folder.filePath(QStringLiteral("none.gguf"))));
    QVERIFY(!absent.ok());
    QCOMPARE(absent.error().code, ErrorCode::kFileNotFound);

    const std::filesystem::path cut = fullSize(folder, "deepseek-v2-lite");
    std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
    const auto truncated = modelFootprint(cut);
    QVERIFY(!truncated.ok());
    QCOMPARE(truncated.error().code, ErrorCode::kFileTruncated);
    const auto header = readModelHeader(cut);
    QVERIFY(!header.ok());
    QCOMPARE(header.error().code, ErrorCode::kFileTruncated);
}

void TestForecast::speedIsTheSumOfWhatATokenReads()
{
    ModelFootprint footprint;
    footprint.layers = 10;
    footprint.weights = {{"Q4_K", 1e9, 2e9, 2e9, 4e9}, {"F32", 1e7, 0, 1e6, 0}};
    footprint.context = {{0, 1000, 20000}, {128, 5000, 0}};
    MachineSpeed machine;
    machine.attentionBytes = 1e10;
    machine.attentionOperations = 1e10;
    machine.types = {{"Q4_K", 1e10, 5e9, 1e11, 5e10}};
    // 0.1 s dense, 0.4 s experts, F32 at the only known speed; 1000 positions bound by arithmetic, 128 by bytes.
    const double seconds = decodeSeconds(footprint, machine, 1000);
    QVERIFY(std::abs(seconds - (0.1 + 0.4 + 0.001 + 1000 * 20000 / 1e10 + 128 * 5000 / 1e10)) < 1e-9);
    machine.opSeconds = 1e-6;
    QVERIFY(decodeSeconds(footprint, machine, 1000) > seconds);
    QVERIFY(prefillSeconds(footprint, machine, 512) > 0);
    QCOMPARE(decisiveTypes(footprint), std::vector<std::string>{"Q4_K"});
}

void TestForecast::anUnknownSpeedIsNotGuessed()
{
    ModelFootprint footprint;
    footprint.weights = {{"Q4_K", 1e9, 0, 2e9, 0}};
    QCOMPARE(decodeSeconds(footprint, {}, 0), 0.0);
    QCOMPARE(prefillSeconds(footprint, {}, 16), 0.0);
}

void TestForecast::measuresThisMachine()
{
    const auto machine = measureMachine({}, {"Q8_0", "no such type"});
    QVERIFY2(machine.ok(), machine.ok() ? "" : machine.error().message.c_str());
    QCOMPARE(machine->types.size(), std::size_t{1});
    const MachineSpeed::Type *type = machine->find("Q8_0");
    QVERIFY(type != nullptr);
    for (const double speed : {type->denseBytes, type->expertBytes, type->denseOperations, type->expertOperations, machine->readBytes,
                               machine->attentionBytes, machine->attentionOperations})
        QVERIFY(speed > 1e6);
    QVERIFY(machine->opSeconds > 0 && machine->opSeconds < 0.1);
    QVERIFY(machine->memoryBytes > 1e8);
    std::stop_source stopped;
    stopped.request_stop();
    const auto cancelled = measureMachine({}, {"Q8_0"}, stopped.get_token());
    QVERIFY(!cancelled.ok());
    QCOMPARE(cancelled.error().code, ErrorCode::kCancelled);
}

QTEST_GUILESS_MAIN(TestForecast)
#include "test_forecast.moc"
