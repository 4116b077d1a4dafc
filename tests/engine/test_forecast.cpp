#include "engine/api/expert_trial.h"
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
    void expertsCostLessWhenTheyAreShared();
    void expertsAreReadFromDisk();
    void scatteredPagesTakeLonger();
    void passesAreCountedOpByOp();
    void whatRoutersChooseIsTried_data();
    void whatRoutersChooseIsTried();
    void routersWithAFavouriteFindIt();
    void roomsBetweenThoseTriedLieBetween();
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
    machine.readBytes = 1e10;
    machine.contexts = {{"F16", 1e10, 1e10}};
    machine.types = {{"Q4_K", 1e10, 5e9, 1e11, 5e10, 2e10}};
    // 0.1 s dense, 0.4 s experts, F32 at the only known speed; 1000 positions bound by arithmetic, 128 by bytes.
    const double seconds = decodeSeconds(footprint, machine, 1000);
    QVERIFY(std::abs(seconds - (0.1 + 0.4 + 0.001 + 1000 * 20000 / 1e10 + 128 * 5000 / 1e10)) < 1e-9);
    machine.opSeconds = 1e-6;
    footprint.small.ops = 100;
    QVERIFY(std::abs(decodeSeconds(footprint, machine, 1000) - seconds - 100e-6) < 1e-9);
    QVERIFY(prefillSeconds(footprint, machine, 512) > 0);
    const MachineNeeds needs = needsOf(footprint);
    QCOMPARE(needs.types, (std::vector<std::string>{"Q4_K", "F32"})); // few bytes, but products of floats
    QCOMPARE(needs.contexts, std::vector<std::string>{"F16"});
}

/// A token of a prompt costs less the more of them share an expert's weights, and as was measured where that was measured.
void TestForecast::expertsCostLessWhenTheyAreShared()
{
    ModelFootprint footprint;
    footprint.weights = {{"Q4_K", 0, 1e9, 0, 1e9}};
    footprint.expertBytes = 16'000'000'000;
    footprint.model.expertsUsed = 4;
    MachineSpeed machine;
    machine.types = {{"Q4_K", 1e10, 1e10, 4e11, 2e11, 1e11}};
    const auto secondsOfToken = [&](int experts, int tokens) {
        footprint.model.experts = experts;
        return prefillSeconds(footprint, machine, tokens) / tokens;
    };
    QVERIFY(std::abs(secondsOfToken(64, 512) - 2e9 / 2e11) < 1e-6);  // 32 tokens an expert
    QVERIFY(std::abs(secondsOfToken(256, 512) - 2e9 / 1e11) < 1e-6); // 8
    QVERIFY(secondsOfToken(128, 512) > secondsOfToken(64, 512) && secondsOfToken(128, 512) < secondsOfToken(256, 512));
    QVERIFY(secondsOfToken(256, 128) > secondsOfToken(256, 512)); // 2: further out than was measured
    // Nearly all experts are read once for every 512 tokens, and a mapped file's take longer to find.
    const double apart = secondsOfToken(64, 512) * 512;
    machine.narrowBytes = 4e10;
    machine.wideBytes = 2e10;
    machine.wideSpan = 16e9;
    QVERIFY(std::abs(secondsOfToken(64, 512) * 512 - apart - 16e9 * (1 / 2e10 - 1 / 4e10)) < 1e-3);
}

/// Experts of a file that is mostly a hole: what is read is zeros, but it is read.
void TestForecast::expertsAreReadFromDisk()
{
#ifdef Q_OS_LINUX
    const QTemporaryDir folder;
    const std::filesystem::path file = fullSize(folder, "qwen3-30b-a3b");
    const auto footprint = modelFootprint(file);
    QVERIFY(footprint.ok());
    const DiskSpeed disk = expertDiskSpeed(file, *footprint);
    QVERIFY(disk.bytes > 1e6 && disk.bytes < 1e12);
    QVERIFY(disk.waitSeconds >= 0 && disk.waitSeconds < 1);
    QCOMPARE(expertDiskSpeed(folder.filePath(QStringLiteral("none.gguf")).toStdString(), {}).bytes, 0.0);
#endif
}

/// Pages all over the memory take longer to find: nothing for a small span, all that was measured for the widest.
void TestForecast::scatteredPagesTakeLonger()
{
    MachineSpeed machine;
    QCOMPARE(machine.scatterSeconds(1e10), 0.0);
    machine.narrowBytes = 4e10;
    machine.wideBytes = 2e10;
    machine.wideSpan = 4e9;
    QCOMPARE(machine.scatterSeconds(1e8), 0.0);
    QVERIFY(std::abs(machine.scatterSeconds(4e9) - (1 / 2e10 - 1 / 4e10)) < 1e-15);
    QCOMPARE(machine.scatterSeconds(1e12), machine.scatterSeconds(4e9));
    QVERIFY(machine.scatterSeconds(1e9) > 0 && machine.scatterSeconds(1e9) < machine.scatterSeconds(4e9));
    machine.wideBytes = 5e10; // measured while the machine was faster
    QCOMPARE(machine.scatterSeconds(4e9), 0.0);
}

void TestForecast::passesAreCountedOpByOp()
{
    const QTemporaryDir folder;
    const auto deepSeek = modelFootprint(fullSize(folder, "deepseek-v4-flash"));
    QVERIFY2(deepSeek.ok(), deepSeek.ok() ? "" : deepSeek.error().message.c_str());
    const auto layers = static_cast<double>(deepSeek->layers);
    // Four streams of 4096 values, gathered and spread before and after attention and experts; and gathered once at the end.
    QVERIFY(std::abs(deepSeek->small.streamValues - (4 * layers + 1) * 4 * 4096) < 4 * 4096);
    QVERIFY(deepSeek->small.routerLogits > 0 && deepSeek->small.routerLogits <= layers * 256);
    QVERIFY(deepSeek->small.rowOperations > 0); // compressed rows are chosen
    QVERIFY(deepSeek->small.ops > 20 * layers);
    const auto qwen = modelFootprint(fullSize(folder, "qwen3-30b-a3b"));
    QVERIFY(qwen.ok());
    QCOMPARE(qwen->small.routerLogits, static_cast<double>(qwen->layers) * 128);
    QCOMPARE(qwen->small.streamValues, 0.0);
    QVERIFY(qwen->small.values > static_cast<double>(qwen->layers) * 2 * 2048);
    EngineOptions eightBits;
    eightBits.context = ContextPrecision::kEightBit;
    QCOMPARE(modelFootprint(fullSize(folder, "gpt-oss-20b"), eightBits)->contextType, std::string("Q8_0"));
}

void TestForecast::whatRoutersChooseIsTried_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"mixtral", "qwen3moe", "deepseek2_lite", "deepseek4", "gptoss", "gemma4moe", "qwen35moe"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

/// For every way of choosing: the more there is room for, the more is found and the less read.
void TestForecast::whatRoutersChooseIsTried()
{
    QFETCH(QString, name);
    const std::filesystem::path file = pathOf(QStringLiteral(CONCLAVE_TEST_DATA "/models/%1/model.gguf").arg(name));
    const auto footprint = modelFootprint(file);
    QVERIFY(footprint.ok());
    const auto trial = tryExperts(file, {}, *footprint);
    QVERIFY2(trial.ok(), trial ? "" : trial.error().message.c_str());
    QVERIFY(!trial->rooms.empty());
    ExpertShares last{0, 0, 1};
    for (const ExpertShares &one : trial->rooms) {
        QVERIFY(one.held > last.held && one.held < 1);
        QVERIFY(one.found >= last.found - 0.05 && one.found <= 1); // a larger room may be filled less luckily
        QVERIFY(one.prompt <= last.prompt && one.prompt >= 0);
        last = one;
    }
    QVERIFY(trial->rooms.back().found > 0.5);
    std::stop_source stopped;
    stopped.request_stop();
    const auto cancelled = tryExperts(file, {}, *footprint, stopped.get_token());
    QVERIFY(!cancelled.ok());
    QCOMPARE(cancelled.error().code, ErrorCode::kCancelled);
}

/// Routers of nothing but zeros choose the same experts for every token: once these have been read, there is nothing more to read, however
/// small the room.
void TestForecast::routersWithAFavouriteFindIt()
{
    const QTemporaryDir folder;
    const std::filesystem::path file = pathOf(folder.filePath(QStringLiteral("zeros.gguf")));
    SynthesisRequest request;
    request.shape = "qwen3-30b-a3b";
    request.layers = 2;
    request.hole = true;
    QVERIFY(synthesise(file, request).ok());
    const auto footprint = modelFootprint(file);
    QVERIFY(footprint.ok());
    const auto trial = tryExperts(file, {}, *footprint);
    QVERIFY2(trial.ok(), trial ? "" : trial.error().message.c_str());
    QCOMPARE(trial->at(0.25).found, 1.0);  // by its size alone a quarter would find a quarter
    QVERIFY(trial->at(0.25).prompt < 0.5); // of a long prompt nobody asks for, what is read ahead while there is room for it
    const auto dense = modelFootprint(pathOf(QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf")));
    QVERIFY(dense.ok());
    const auto none = tryExperts(pathOf(QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf")), {}, *dense);
    QVERIFY(!none.ok());
    QCOMPARE(none.error().code, ErrorCode::kInvalidRequest);
    // What would take minutes on a desktop is not begun.
    const std::filesystem::path large = fullSize(folder, "mixtral-8x7b");
    const auto tooLarge = tryExperts(large, {}, *modelFootprint(large));
    QVERIFY(!tooLarge.ok());
    QVERIFY2(tooLarge.error().message.find("too large to be tried") != std::string::npos, tooLarge.error().message.c_str());
}

void TestForecast::roomsBetweenThoseTriedLieBetween()
{
    const ExpertTrial trial{{{0.25, 0.5, 0.8}, {0.5, 0.9, 0.4}}};
    QCOMPARE(trial.at(0.25), (ExpertShares{0.25, 0.5, 0.8}));
    QCOMPARE(trial.at(0).found, 0.0);
    QCOMPARE(trial.at(0).prompt, 1.0);
    QCOMPARE(trial.at(0.375).found, 0.7);
    QCOMPARE(trial.at(0.75).found, 0.95);
    QCOMPARE(trial.at(0.75).prompt, 0.2);
    QCOMPARE(trial.at(1), (ExpertShares{1, 1, 0}));
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
    MachineNeeds needs;
    needs.types = {"Q8_0", "no such type"};
    needs.contexts = {"F16", "Q8_0"};
    const auto probe = createMachineProbe({}, needs);
    QVERIFY(probe.ok());
    const auto machine = (*probe)->measure();
    QVERIFY2(machine.ok(), machine.ok() ? "" : machine.error().message.c_str());
    QCOMPARE(machine->types.size(), std::size_t{1});
    const MachineSpeed::Type *type = machine->find("Q8_0");
    QVERIFY(type != nullptr);
    for (const double speed :
         {type->denseBytes, type->expertBytes, type->denseOperations, type->expertOperations, type->fewExpertOperations, machine->readBytes,
          machine->smallValues, machine->routerLogits, machine->streamValues})
        QVERIFY(speed > 1e6);
    for (const char *context : {"F16", "Q8_0"}) {
        const MachineSpeed::Context *one = machine->findContext(context);
        QVERIFY(one != nullptr && one->operations > 1e6 && one->promptOperations > 1e6);
    }
    const auto again = (*probe)->measure();
    QVERIFY(again.ok() && again->types.size() == 1 && again->find("Q8_0")->denseBytes > 1e6);
    QVERIFY(machine->opSeconds > 0 && machine->opSeconds < 0.1);
    QVERIFY(machine->memoryBytes > 1e8);
    std::stop_source stopped;
    stopped.request_stop();
    const auto cancelled = (*probe)->measure(stopped.get_token());
    QVERIFY(!cancelled.ok());
    QCOMPARE(cancelled.error().code, ErrorCode::kCancelled);
}

QTEST_GUILESS_MAIN(TestForecast)
#include "test_forecast.moc"
