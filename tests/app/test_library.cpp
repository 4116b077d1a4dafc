#include "app/library/forecast.h"
#include "app/library/forecast_log.h"
#include "app/library/machine_store.h"
#include "app/library/model_hash.h"
#include "app/library/model_library.h"
#include "app/library/trial_store.h"
#include "tests/support/file_bytes.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/scripted_engine.h"
#include "tests/support/small_disk.h"

#include "engine/api/synthesis.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace conclave;
using namespace conclave::app;
using tests::ggufText;
using tests::littleEndian;
using tests::readAll;
using tests::write;

namespace
{

const QString kTiny = QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf");
const QString kLlama = QStringLiteral(CONCLAVE_TEST_DATA "/models/llama/model.gguf");

/// A GGUF file of text keys alone.
QByteArray ggufOf(const QList<QPair<QByteArray, QByteArray>> &texts)
{
    QByteArray out = "GGUF" + littleEndian(3, 4) + littleEndian(0, 8) + littleEndian(quint64(texts.size()), 8);
    for (const auto &[key, value] : texts)
        out += ggufText(key) + littleEndian(8, 4) + ggufText(value);
    return out + QByteArray(64, 0);
}

struct Shelf
{
    explicit Shelf(const QString &builtIn = {}) : library(folder.path(), builtIn) {}
    void scan()
    {
        library.rescan();
        library.waitForScan();
    }
    QString path(const char *name) const { return folder.filePath(QString::fromLatin1(name)); }

    QTemporaryDir folder;
    ModelLibrary library;
};

engine::ModelFootprint footprintOf(quint64 dense, quint64 experts)
{
    engine::ModelFootprint footprint;
    footprint.model.contextTokens = 32768;
    footprint.layers = 32;
    footprint.weightBytes = dense;
    footprint.expertBytes = experts;
    footprint.expertCount = experts > 0 ? 64 * 32 : 0;
    footprint.slotBytes = experts / (64 * 32);
    footprint.workBytes = 100'000'000;
    footprint.pageBytes = 64 * 100'000;
    footprint.weights = {{"Q4_K", double(dense), double(experts) / 16, 2 * double(dense), double(experts) / 8}};
    footprint.context = {{0, 100'000, 1'000'000}};
    return footprint;
}

engine::MachineSpeed machineOf(quint64 memory)
{
    engine::MachineSpeed machine;
    machine.device = "CPU";
    machine.memoryBytes = memory;
    machine.readBytes = 20e9;
    machine.contexts = {{"F16", 50e9, 200e9}};
    machine.types = {{"Q4_K", 15e9, 12e9, 400e9, 300e9, 200e9}};
    return machine;
}

} // namespace

class TestLibrary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreFoundAndDescribed();
    void brokenFilesSayWhy();
    void theHeaderTellsTheRest();
    void headersAreReadOnce();
    void aProjectorThatComesIsPaired();
    void splitModelsAreOneEntry();
    void foldersAndFilesAreRemembered();
    void importTakesFilesWhereTheyLie();
    void deletingSaysWhatItFrees();
    void deletingThatFailsKeepsTheRest();
    void theWasteBinIsNeverTheWorkingFolder_data();
    void theWasteBinIsNeverTheWorkingFolder();
    void theBuiltInModelStays();
    void thousandsOfFilesStayQuick();
    void aDamagedCacheIsBuiltAnew();
    void forecastsJudge_data();
    void forecastsJudge();
    void whatLacksRoomIsReadFromDisk();
    void forecastsAddUp();
    void machineSpeedsAreKept();
    void whatRoutersChooseIsTriedOnce();
    void outcomesAreKeptBesideForecasts();
    void outcomesOfStreamedExpertsAreKeptBesideForecasts();
    void aModelFileIsHashedOnce();
    void aModelFileIsCheckedAgain();
};

void TestLibrary::filesAreFoundAndDescribed()
{
    Shelf shelf;
    QVERIFY(QDir().mkpath(shelf.library.ownFolder() + QStringLiteral("/deep/er")));
    QVERIFY(QFile::copy(kLlama, shelf.library.ownFolder() + QStringLiteral("/deep/er/a llama.gguf")));
    QVERIFY(QFile::copy(kTiny, shelf.library.ownFolder() + QStringLiteral("/tiny.gguf")));
    QSignalSpy changed(&shelf.library, &ModelLibrary::changed);
    shelf.scan();
    QVERIFY(!changed.isEmpty());
    QCOMPARE(shelf.library.entries().size(), 2);
    const auto llama = shelf.library.find(shelf.library.ownFolder() + QStringLiteral("/deep/er/a llama.gguf"));
    QVERIFY(llama && llama->runs());
    QCOMPARE(llama->architecture, QStringLiteral("llama"));
    QVERIFY(llama->contextTokens > 0 && llama->layers > 0 && llama->parameters > 0 && !llama->quantisation.isEmpty());
    QCOMPARE(llama->bytes, QFileInfo(kLlama).size());
    const auto tiny = shelf.library.find(shelf.library.ownFolder() + QStringLiteral("/tiny.gguf"));
    QVERIFY(tiny && tiny->readsCharts && tiny->sees && tiny->experts > 0);
}

void TestLibrary::brokenFilesSayWhy()
{
    Shelf shelf;
    const QString own = shelf.library.ownFolder();
    write(own + QStringLiteral("/text.gguf"), "Dear diary");
    write(own + QStringLiteral("/empty.gguf"), {});
    write(own + QStringLiteral("/cut.gguf"), readAll(kLlama).chopped(1000));
    write(own + QStringLiteral("/future.gguf"), ggufOf({{"general.architecture", "hyperqwen9"}, {"general.name", "Hyper"}}));
    write(own + QStringLiteral("/silent.gguf"), ggufOf({{"general.name", "Silent"}}));
    write(own + QStringLiteral("/notes.txt"), "no model");
    shelf.scan();
    QCOMPARE(shelf.library.entries().size(), 5);
    for (const ModelEntry &entry : shelf.library.entries()) {
        QVERIFY2(!entry.problem.isEmpty() && !entry.runs(), qPrintable(entry.file));
        QVERIFY2(entry.problem.contains(QFileInfo(entry.file).fileName()), qPrintable(entry.problem));
    }
    const auto future = shelf.library.find(own + QStringLiteral("/future.gguf"));
    QVERIFY(future && future->kind == ModelEntry::Kind::kOther);
    QCOMPARE(future->name, QStringLiteral("Hyper"));
    QCOMPARE(future->architecture, QStringLiteral("hyperqwen9"));
    QCOMPARE(shelf.library.find(own + QStringLiteral("/cut.gguf"))->kind, ModelEntry::Kind::kBroken);
}

void TestLibrary::theHeaderTellsTheRest()
{
    Shelf shelf;
    const QString file = shelf.library.ownFolder() + QStringLiteral("/mmproj-x.gguf");
    write(file, ggufOf({{"general.architecture", "clip"},
                        {"clip.projector_type", "qwen3vl_merger"},
                        {"general.basename", "Qwen3-VL"},
                        {"general.size_label", "4B"},
                        {"general.license", "apache-2.0"},
                        {"general.organization", "Qwen"},
                        {"general.languages", "en"}}));
    shelf.scan();
    const auto entry = shelf.library.find(file);
    QVERIFY(entry);
    QCOMPARE(entry->kind, ModelEntry::Kind::kProjector);
    QCOMPARE(entry->projectorType, QStringLiteral("qwen3vl_merger"));
    QCOMPARE(entry->family, QStringLiteral("Qwen3-VL"));
    QCOMPARE(entry->sizeLabel, QStringLiteral("4B"));
    QCOMPARE(entry->licence, QStringLiteral("apache-2.0"));
    QCOMPARE(entry->author, QStringLiteral("Qwen"));
    QCOMPARE(entry->languages, QStringList{QStringLiteral("en")});
    // What is kept is what was read.
    const auto kept = entryFromJson(toJson(*entry));
    QVERIFY(kept && *kept == *entry);
}

void TestLibrary::headersAreReadOnce()
{
    Shelf shelf;
    const QString file = shelf.library.ownFolder() + QStringLiteral("/a.gguf");
    write(file, readAll(kTiny));
    shelf.scan();
    QCOMPARE(shelf.library.headersRead(), 1);
    shelf.scan();
    QCOMPARE(shelf.library.headersRead(), 0);
    ModelLibrary later(shelf.folder.path());
    QCOMPARE(later.entries().size(), 1); // known at once
    later.rescan();
    later.waitForScan();
    QCOMPARE(later.headersRead(), 0);
    write(file, readAll(kLlama));
    later.rescan();
    later.waitForScan();
    QCOMPARE(later.headersRead(), 1);
    QCOMPARE(later.entries().front().architecture, QStringLiteral("llama"));
    QVERIFY(QFile::remove(file));
    later.rescan();
    later.waitForScan();
    QVERIFY(later.entries().isEmpty());
}

void TestLibrary::aProjectorThatComesIsPaired()
{
    // The reader is asked again for models that want a projector when the folder's projectors change, and for no others.
    QStringList asked;
    const HeaderReader reader = [&](const QString &file) -> engine::Result<engine::ModelHeader> {
        asked << QFileInfo(file).fileName();
        engine::ModelHeader header;
        header.kind = file.contains(QStringLiteral("mmproj")) ? engine::FileKind::kProjector : engine::FileKind::kModel;
        header.info.name = QFileInfo(file).fileName().toStdString();
        header.wantsProjector = file.contains(QStringLiteral("seer"));
        header.files = {std::filesystem::path(file.toStdU16String())};
        const QString projector = QFileInfo(file).absolutePath() + QStringLiteral("/mmproj-f16.gguf");
        if (header.wantsProjector && QFile::exists(projector))
            header.info.projector = projector.toStdString();
        return header;
    };
    const QTemporaryDir folder;
    ModelLibrary library(folder.path(), {}, reader);
    write(library.ownFolder() + QStringLiteral("/seer.gguf"), "x");
    write(library.ownFolder() + QStringLiteral("/reader.gguf"), "x");
    library.rescan();
    library.waitForScan();
    QCOMPARE(asked.size(), 2);
    asked.clear();
    write(library.ownFolder() + QStringLiteral("/mmproj-f16.gguf"), "y");
    library.rescan();
    library.waitForScan();
    asked.sort();
    QCOMPARE(asked, (QStringList{QStringLiteral("mmproj-f16.gguf"), QStringLiteral("seer.gguf")}));
    const QString seer = library.ownFolder() + QStringLiteral("/seer.gguf");
    QVERIFY(!library.find(seer)->projector.isEmpty());
    // Deleting the model takes the projector that nobody else uses along.
    QCOMPARE(library.removalOf(seer).files.size(), 2);
    QCOMPARE(library.removalOf(seer).bytes, qint64(2));
    QCOMPARE(library.removalOf(library.ownFolder() + QStringLiteral("/reader.gguf")).files.size(), 1);
}

void TestLibrary::splitModelsAreOneEntry()
{
    Shelf shelf;
    const QString own = shelf.library.ownFolder();
    for (const char *part : {"/m-00001-of-00003.gguf", "/m-00002-of-00003.gguf"})
        write(own + QString::fromLatin1(part), readAll(kLlama));
    shelf.scan();
    QCOMPARE(shelf.library.entries().size(), 1);
    QCOMPARE(partsOf(QStringLiteral("/x/m-00002-of-00003.gguf")).size(), 3);
    QCOMPARE(partsOf(QStringLiteral("/x/m-00004-of-00003.gguf")), QStringList{QStringLiteral("/x/m-00004-of-00003.gguf")});
    // A part whose first is not there is said to lack it.
    QVERIFY(QFile::remove(own + QStringLiteral("/m-00001-of-00003.gguf")));
    shelf.scan();
    QCOMPARE(shelf.library.entries().size(), 1);
    QCOMPARE(shelf.library.entries().front().kind, ModelEntry::Kind::kBroken);
}

void TestLibrary::foldersAndFilesAreRemembered()
{
    Shelf shelf;
    const QTemporaryDir elsewhere;
    write(elsewhere.filePath(QStringLiteral("b.gguf")), readAll(kTiny));
    shelf.library.addFolder(elsewhere.path());
    shelf.library.addFolder(elsewhere.path() + u'/');
    shelf.library.addFolder(QStringLiteral("/no/such/folder"));
    shelf.library.waitForScan();
    QCOMPARE(shelf.library.folders().size(), 2);
    QCOMPARE(shelf.library.entries().size(), 1);
    ModelLibrary later(shelf.folder.path());
    QCOMPARE(later.folders(), shelf.library.folders());
    later.removeFolder(elsewhere.path());
    later.removeFolder(later.ownFolder());
    later.waitForScan();
    QCOMPARE(later.folders().size(), 1);
    QVERIFY(later.entries().isEmpty());
    QVERIFY(QFile::exists(elsewhere.filePath(QStringLiteral("b.gguf"))));
}

void TestLibrary::importTakesFilesWhereTheyLie()
{
    Shelf shelf;
    const QTemporaryDir elsewhere;
    const QString file = elsewhere.filePath(QStringLiteral("c.GGUF"));
    write(file, readAll(kTiny));
    write(elsewhere.filePath(QStringLiteral("notes.txt")), "no model");
    const auto imported = shelf.library.import({file, elsewhere.filePath(QStringLiteral("notes.txt"))});
    QVERIFY(!imported.ok());
    QVERIFY(QString::fromStdString(imported.error().message).contains(QStringLiteral("notes.txt")));
    shelf.library.waitForScan();
    QCOMPARE(shelf.library.entries().size(), 1);
    QCOMPARE(shelf.library.entries().front().file, file);
    QVERIFY(shelf.library.import({file}).ok());
    shelf.library.waitForScan();
    QCOMPARE(shelf.library.entries().size(), 1);
    QVERIFY(QFile::remove(file));
    shelf.scan();
    QCOMPARE(shelf.library.entries().front().kind, ModelEntry::Kind::kBroken); // it was named: its absence is said
}

void TestLibrary::deletingSaysWhatItFrees()
{
    Shelf shelf;
    const QString own = shelf.library.ownFolder();
    write(own + QStringLiteral("/m-00001-of-00002.gguf"), readAll(kTiny));
    write(own + QStringLiteral("/m-00002-of-00002.gguf"), QByteArray(5000, 'x'));
    write(own + QStringLiteral("/other.gguf"), readAll(kTiny));
    const HeaderReader both = [](const QString &file) -> engine::Result<engine::ModelHeader> {
        engine::ModelHeader header;
        header.kind = engine::FileKind::kModel;
        header.info.name = "m";
        for (const QString &part : partsOf(file))
            header.files.emplace_back(part.toStdU16String());
        return header;
    };
    ModelLibrary library(shelf.folder.path(), {}, both);
    library.rescan();
    library.waitForScan();
    const QString first = own + QStringLiteral("/m-00001-of-00002.gguf");
    const ModelLibrary::Removal removal = library.removalOf(first);
    QCOMPARE(removal.files.size(), 2);
    QCOMPARE(removal.bytes, QFileInfo(kTiny).size() + 5000);
    const auto removed = library.remove(first, ModelLibrary::Way::kForGood);
    QVERIFY(removed.ok());
    QCOMPARE(*removed, removal.bytes);
    library.waitForScan();
    QCOMPARE(QDir(own).entryList(QDir::Files), QStringList{QStringLiteral("other.gguf")});
    QCOMPARE(library.entries().size(), 1);
    QVERIFY(!library.remove(first, ModelLibrary::Way::kForGood).ok());
}

void TestLibrary::deletingThatFailsKeepsTheRest()
{
    Shelf shelf;
    const QString file = shelf.library.ownFolder() + QStringLiteral("/a.gguf");
    write(file, readAll(kTiny));
    shelf.scan();
    const auto readOnly = tests::ReadOnlyFolder::make(shelf.library.ownFolder());
    if (!readOnly)
        QSKIP("needs the right to mount");
    for (const ModelLibrary::Way way : {ModelLibrary::Way::kTrash, ModelLibrary::Way::kForGood})
        QVERIFY(!shelf.library.remove(file, way).ok());
    QVERIFY(QFile::exists(file));
    QCOMPARE(shelf.library.entries().size(), 1);
}

void TestLibrary::theWasteBinIsNeverTheWorkingFolder_data()
{
    QTest::addColumn<QString>("data");
    QTest::addColumn<bool>("goes");
    QTest::newRow("made when needed") << QStringLiteral("not/yet") << true;
    QTest::newRow("cannot be made") << QStringLiteral("/dev/null/none") << false;
}

void TestLibrary::theWasteBinIsNeverTheWorkingFolder()
{
    QFETCH(QString, data);
    QFETCH(bool, goes);
    Shelf shelf;
    const QString file = shelf.library.ownFolder() + QStringLiteral("/a.gguf");
    write(file, readAll(kTiny));
    shelf.scan();
    const QTemporaryDir working;
    const QString before = QDir::currentPath();
    const QByteArray dataBefore = qgetenv("XDG_DATA_HOME");
    QVERIFY(QDir::setCurrent(working.path()));
    qputenv("XDG_DATA_HOME", QDir(shelf.folder.path()).absoluteFilePath(data).toUtf8());
    const auto removed = shelf.library.remove(file, ModelLibrary::Way::kTrash);
    QDir::setCurrent(before);
    if (dataBefore.isEmpty())
        qunsetenv("XDG_DATA_HOME");
    else
        qputenv("XDG_DATA_HOME", dataBefore);
    QVERIFY(QDir(working.path()).isEmpty());
    QCOMPARE(QFile::exists(file), !removed.ok());
    QVERIFY(goes || !removed.ok());
}

void TestLibrary::theBuiltInModelStays()
{
    Shelf shelf(kTiny);
    shelf.scan();
    QCOMPARE(shelf.library.entries().size(), 1);
    QVERIFY(shelf.library.entries().front().builtIn);
    QVERIFY(shelf.library.removalOf(kTiny).files.isEmpty());
    QVERIFY(!shelf.library.remove(kTiny, ModelLibrary::Way::kForGood).ok());
    QVERIFY(QFile::exists(kTiny));
}

void TestLibrary::thousandsOfFilesStayQuick()
{
    Shelf shelf;
    const QByteArray bytes = ggufOf({{"general.architecture", "llama"}, {"general.name", "One of many"}});
    constexpr int kFiles = 3000;
    for (int i = 0; i < kFiles; ++i)
        write(shelf.library.ownFolder() + QStringLiteral("/%1/m%2.gguf").arg(i % 30).arg(i), bytes);
    shelf.scan();
    QCOMPARE(shelf.library.entries().size(), kFiles);
    ModelLibrary later(shelf.folder.path());
    QElapsedTimer timer;
    timer.start();
    later.rescan();
    later.waitForScan();
    QCOMPARE(later.headersRead(), 0);
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed()))); // about 0.1 s on an idle machine
}

void TestLibrary::aDamagedCacheIsBuiltAnew()
{
    Shelf shelf;
    write(shelf.library.ownFolder() + QStringLiteral("/a.gguf"), readAll(kTiny));
    shelf.scan();
    for (const char *spoilt : {"", "{", "[]", "{\"format\": 1, \"models\": [1, {}, {\"kind\": \"model\"}], \"folders\": 7}"}) {
        write(shelf.folder.filePath(QStringLiteral("library.json")), spoilt);
        ModelLibrary later(shelf.folder.path());
        QVERIFY(later.entries().isEmpty());
        later.rescan();
        later.waitForScan();
        QCOMPARE(later.entries().size(), 1);
    }
}

void TestLibrary::forecastsJudge_data()
{
    QTest::addColumn<double>("denseGigabytes");
    QTest::addColumn<double>("expertGigabytes");
    QTest::addColumn<int>("memoryGigabytes");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("a small model on a large machine") << 4.0 << 0.0 << 16 << "runs";
    QTest::newRow("experts that just fit") << 2.0 << 16.0 << 24 << "runs";
    QTest::newRow("experts that do not all fit") << 2.0 << 28.0 << 16 << "slow";
    QTest::newRow("a dense model that does not fit") << 20.0 << 0.0 << 8 << "slow";
    QTest::newRow("a context that does not fit") << 12.0 << 0.0 << 14 << "slow";
    QTest::newRow("no room even without weights") << 4.0 << 0.0 << 1 << "too large";
}

void TestLibrary::forecastsJudge()
{
    QFETCH(double, denseGigabytes);
    QFETCH(double, expertGigabytes);
    QFETCH(int, memoryGigabytes);
    QFETCH(QString, verdict);
    ForecastRequest request;
    request.disk = {1e9, 0};
    const ModelForecast forecast = forecastOf(footprintOf(quint64(denseGigabytes * 1e9), quint64(expertGigabytes * 1e9)),
                                              machineOf(quint64(memoryGigabytes) * 1'000'000'000U), request);
    QCOMPARE(verdictName(forecast.verdict), verdict);
    const bool runs = forecast.verdict == ModelForecast::Verdict::kRuns;
    QCOMPARE(forecast.reason.isEmpty(), runs);
    QCOMPARE(forecast.remedies.isEmpty(), runs);
    QCOMPARE(forecast.memoryBytes <= forecast.budgetBytes, runs);
    const bool onDisk = std::any_of(forecast.parts.begin(), forecast.parts.end(),
                                    [](const ForecastPart &part) { return part.place == ForecastPart::Place::kDisk; });
    QCOMPARE(onDisk, !runs);
    if (verdict == QLatin1String("slow")) {
        const double fast = 1 / engine::decodeSeconds(forecast.footprint, machineOf(0), 256);
        QVERIFY(forecast.tokensPerSecond > 0 && forecast.tokensPerSecond < fast);
    }
}

/// What lacks room is read again and again: experts as often as they are chosen, of a dense model everything but its tables.
void TestLibrary::whatLacksRoomIsReadFromDisk()
{
    engine::ModelFootprint footprint = footprintOf(2'000'000'000, 16'000'000'000);
    QCOMPARE(diskReads(footprint, 0).token, 0.0);
    QCOMPARE(diskReads(footprint, 8'000'000'000).token, 0.5e9); // half of the experts' 1 GB a token
    QCOMPARE(diskReads(footprint, 8'000'000'000).prompt, 8e9);
    QCOMPARE(diskReads(footprint, 8'000'000'001).found, 0.5 - 1.0 / 2048); // whole experts
    footprint.model.experts = 64;                                          // of a layer, all held while a prompt goes through it
    QCOMPARE(diskReads(footprint, 8'000'000'000).prompt, 16e9 * (1 - 960.0 / 1984));
    footprint.model.experts = 0;
    // Where it was tried what routers choose, that counts instead of the room alone.
    const engine::ExpertTrial trial{{{0.5, 0.9, 0.25}}};
    QCOMPARE(diskReads(footprint, 8'000'000'000, trial).found, 0.9);
    QCOMPARE(diskReads(footprint, 8'000'000'000, trial).token, 1e9 * (1 - 0.9));
    QCOMPARE(diskReads(footprint, 8'000'000'000, trial).prompt, 4e9);
    const engine::MachineSpeed speed = machineOf(64'000'000'000U);
    const ModelPace whole(footprint, speed, {}, {});
    const ModelPace half(footprint, speed, diskReads(footprint, 8'000'000'000), {2e9, 0});
    QCOMPARE(half.answerSeconds(100), whole.answerSeconds(100) + 0.25);
    QCOMPARE(half.promptSeconds(1024), whole.promptSeconds(1024) + 8);                                      // two parts of 512
    QCOMPARE(ModelPace(footprint, speed, diskReads(footprint, 8'000'000'000), {}).answerSeconds(100), 0.0); // a disk that is not known
    // Each layer that misses one of the experts that it chose waits for the disk by itself.
    footprint.model.experts = 64;
    footprint.model.expertsUsed = 4;
    const double layers = footprint.expertCount / 64.0;
    const DiskReads few = diskReads(footprint, 8'000'000'000, trial);
    QCOMPARE(few.tokenWaits, layers * (1 - 0.9 * 0.9 * 0.9 * 0.9));
    QCOMPARE(few.promptWaits, layers);
    const ModelPace waits(footprint, speed, few, {2e9, 1e-3});
    QCOMPARE(waits.answerSeconds(100), whole.answerSeconds(100) + 0.1e9 / 2e9 + few.tokenWaits * 1e-3);
    engine::ModelFootprint dense = footprintOf(2'000'000'000, 0);
    dense.tableBytes = 1'000'000'000; // of which a token reads a row
    QCOMPARE(diskReads(dense, 1'000'000'000).token, 0.0);
    QCOMPARE(diskReads(dense, 1'500'000'000).token, 0.5e9);
    // A process that may fill less than the machine has.
    QCOMPARE(usualBudget(24'000'000'000, 0), quint64(22'000'000'000));
    QVERIFY(usualBudget(24'000'000'000, 2'000'000'000) > 1'700'000'000 && usualBudget(24'000'000'000, 2'000'000'000) < 2'000'000'000);
    engine::MachineSpeed machine = machineOf(64'000'000'000U);
    QCOMPARE(verdictName(forecastOf(footprint, machine, {}).verdict), QStringLiteral("runs"));
    machine.limitBytes = 8'000'000'000;
    const ModelForecast limited = forecastOf(footprint, machine, {});
    QCOMPARE(verdictName(limited.verdict), QStringLiteral("slow"));
    QVERIFY(limited.budgetBytes < 8'000'000'000);
    machine.limitBytes = 2'000'000'000; // everything but experts has to be in memory
    const ModelForecast tight = forecastOf(footprint, machine, {});
    QCOMPARE(verdictName(tight.verdict), QStringLiteral("too large"));
    QVERIFY(tight.reason.contains(QLatin1String("experts")));
}

void TestLibrary::forecastsAddUp()
{
    engine::ModelFootprint footprint = footprintOf(2'000'000'000, 16'000'000'000);
    footprint.projectorBytes = 1'000'000'000;
    footprint.pictureBytes = 300'000'000;
    for (const quint64 memory : {64, 16, 4}) {
        const ModelForecast forecast = forecastOf(footprint, machineOf(memory * 1'000'000'000U), {});
        quint64 sum = 0;
        for (const ForecastPart &part : forecast.parts)
            sum += part.bytes;
        QCOMPARE(sum, forecast.memoryBytes);
        if (forecast.mostContext > 0)
            QVERIFY(footprint.mappedBytes() + footprint.ownBytes(forecast.mostContext) <= forecast.budgetBytes);
    }
    const ModelForecast refused = refusedForecast({engine::ErrorCode::kUnsupportedArchitecture, "It cannot.", ""});
    QCOMPARE(verdictName(refused.verdict), QStringLiteral("refused"));
    QCOMPARE(refused.reason, QStringLiteral("It cannot."));
}

void TestLibrary::machineSpeedsAreKept()
{
    const QTemporaryDir folder;
    MachineStore first(folder.path());
    engine::MachineNeeds needs;
    needs.types = {"Q8_0"};
    needs.contexts = {"F16"};
    QVERIFY(first.learn(needs).ok());
    MachineStore second(folder.path());
    QCOMPARE(second.speed().find("Q8_0")->fewExpertOperations, first.speed().find("Q8_0")->fewExpertOperations);
    QCOMPARE(second.speed().findContext("F16")->promptOperations, first.speed().findContext("F16")->promptOperations);
    QCOMPARE(second.speed().readBytes, first.speed().readBytes);
    QCOMPARE(second.speed().memoryBytes, engine::machineMemory());
    QVERIFY(second.learn(needs).ok()); // nothing to measure
    QCOMPARE(second.speed().readBytes, first.speed().readBytes);
    needs.contexts = {"Q8_0"};
    QVERIFY(second.learn(needs).ok()); // this alone
    QVERIFY(second.speed().findContext("Q8_0") != nullptr && second.speed().findContext("F16") != nullptr);
    QCOMPARE(second.speed().find("Q8_0")->denseBytes, first.speed().find("Q8_0")->denseBytes);
    write(folder.filePath(QStringLiteral("machine.json")),
          "{\"format\": " + QByteArray::number(MachineStore::kFormat) +
              ", \"readBytes\": -3, \"types\": [{\"type\": \"Q8_0\", \"denseBytes\": 1e99}]}");
    const MachineStore spoilt(folder.path());
    QCOMPARE(spoilt.speed().readBytes, 0.0);
    QCOMPARE(spoilt.speed().types.front().denseBytes, 0.0);
}

void TestLibrary::whatRoutersChooseIsTriedOnce()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("model.gguf"));
    QVERIFY(QFile::copy(QStringLiteral(CONCLAVE_TEST_DATA "/models/qwen3moe/model.gguf"), file));
    const auto footprint = engine::modelFootprint(std::filesystem::path(file.toStdU16String()));
    QVERIFY(footprint.ok());
    TrialStore store(folder.path());
    QVERIFY(store.find(file).rooms.empty());
    const auto tried = store.learn(file, *footprint);
    QVERIFY(tried.ok() && !tried->rooms.empty());
    QVERIFY(TrialStore(folder.path()).find(file).rooms == tried->rooms);
    const QString kept = folder.filePath(QStringLiteral("trials.json"));
    QFile written(kept);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray bytes = written.readAll();
    written.close();
    write(kept, QByteArray(bytes).replace("0.0625", "0.9999")); // rooms out of order
    QVERIFY(store.find(file).rooms.empty());
    write(kept, bytes);
    QFile changed(file); // another file under the same name
    QVERIFY(changed.open(QIODevice::Append) && changed.write("x") == 1);
    changed.close();
    QVERIFY(store.find(file).rooms.empty());
}

void TestLibrary::outcomesAreKeptBesideForecasts()
{
    const QTemporaryDir folder;
    tests::Script script = tests::chatScript("one two three four five six seven eight nine ten eleven twelve");
    script.statistics.promptTokens = 20;
    script.statistics.decodeTime = std::chrono::milliseconds(500);
    script.statistics.memoryBytes = 4'000'000'000;
    InferenceWorker worker(
        [script](const QString &) -> engine::Result<std::unique_ptr<engine::Engine>> { return tests::makeScriptedEngine(script); });
    ForecastLog log(folder.path());
    log.follow(worker);
    worker.loadModel(kLlama); // its footprint is the real file's
    QSignalSpy ended(&worker, &InferenceWorker::answerEnded);
    QSignalSpy changed(&log, &ForecastLog::changed);
    const auto ask = [&] {
        AnswerRequest request;
        request.request = worker.nextRequest();
        request.messages = {{engine::Role::kUser, "Hello", {}}};
        worker.ask(request);
        return ended.wait(5000);
    };
    QVERIFY(QTest::qWaitFor([&] { return ask() && !changed.isEmpty(); }, 10'000)); // the footprint may come after the first answer
    const auto outcome = log.latest(kLlama);
    QVERIFY(outcome);
    QVERIFY(outcome->forecastBytes > 0 && outcome->bytes > 3'000'000'000);
    QVERIFY(outcome->speed > 0);
    QCOMPARE(outcome->forecastSpeed, 0.0); // this machine was not measured
    const ForecastLog later(folder.path());
    QCOMPARE(later.outcomes().size(), log.outcomes().size());
    QCOMPARE(later.latest(kLlama)->forecastBytes, outcome->forecastBytes);
    QVERIFY(!later.latest(kTiny));
}

/// A model larger than this machine, whose experts came from disk: what is kept beside its answer is what was forecast before loading, with
/// the experts that there is room for and what the disk takes. An answer that read nothing from disk is held against memory's speed.
void TestLibrary::outcomesOfStreamedExpertsAreKeptBesideForecasts()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("large.gguf"));
    const std::filesystem::path path(file.toStdU16String());
    engine::SynthesisRequest full;
    full.shape = "deepseek-v4-flash";
    full.hole = true;
    QVERIFY(engine::synthesise(path, full).ok());
    write(folder.filePath(QStringLiteral("machine.json")),
          "{\"format\": " + QByteArray::number(MachineStore::kFormat) +
              R"(, "device": "CPU", "readBytes": 4e10, "expertDiskBytes": 2e9, "expertDiskWait": 1e-3,
        "contexts": [{"type": "F16", "operations": 1e11, "promptOperations": 2e11}], "types": [{"type": "MXFP4", "denseBytes": 3e10,
        "expertBytes": 2.5e10, "denseOperations": 8e11, "expertOperations": 6e11, "fewExpertOperations": 3e11}]})");
    const MachineStore machine(folder.path());
    const auto footprint = engine::modelFootprint(path);
    QVERIFY(footprint.ok());
    ForecastRequest request;
    request.contextTokens = 256;
    request.disk = machine.disk(*footprint);
    const ModelForecast told = forecastOf(*footprint, machine.speed(), request);
    if (told.verdict != ModelForecast::Verdict::kSlow)
        QSKIP(qPrintable(QStringLiteral("this machine is %1 for a model of 150 GB, where it should be too small for its experts alone")
                             .arg(verdictName(told.verdict))));

    const auto outcomeOf = [&](std::uint64_t called) -> std::optional<ForecastOutcome> {
        tests::Script script = tests::chatScript("one two three four five six seven eight nine ten eleven twelve");
        script.statistics.promptTokens = 246;
        script.statistics.decodeTime = std::chrono::milliseconds(500);
        script.statistics.memoryBytes = 16'000'000'000;
        script.statistics.expertTraffic = {called, called / 2, 0, 0, called * 1'000'000, 0.1};
        InferenceWorker worker(
            [script](const QString &) -> engine::Result<std::unique_ptr<engine::Engine>> { return tests::makeScriptedEngine(script); });
        ForecastLog log(folder.path());
        log.follow(worker);
        worker.loadModel(file);
        QSignalSpy ended(&worker, &InferenceWorker::answerEnded);
        QSignalSpy changed(&log, &ForecastLog::changed);
        const auto ask = [&] {
            AnswerRequest question;
            question.request = worker.nextRequest();
            question.messages = {{engine::Role::kUser, "Hello", {}}};
            worker.ask(question);
            return ended.wait(5000);
        };
        if (!QTest::qWaitFor([&] { return ask() && !changed.isEmpty(); }, 20'000)) // the footprint may come after the first answer
            return std::nullopt;
        return ForecastLog(folder.path()).latest(file);
    };
    const auto streamed = outcomeOf(1000);
    QVERIFY(streamed);
    const auto near = [](double value, double to) { return std::abs(value / to - 1) < 0.02; };
    QVERIFY2(near(streamed->forecastSpeed, told.tokensPerSecond),
             qPrintable(QStringLiteral("%1, told %2").arg(streamed->forecastSpeed).arg(told.tokensPerSecond)));
    QVERIFY2(streamed->forecastBytes <= told.budgetBytes && near(double(streamed->forecastBytes), double(told.budgetBytes)),
             qPrintable(QStringLiteral("%1 of %2").arg(streamed->forecastBytes).arg(told.budgetBytes)));
    QVERIFY(streamed->speed > 0 && streamed->bytes > 10'000'000'000);
    const auto whole = outcomeOf(0);
    QVERIFY(whole);
    QVERIFY(whole->forecastSpeed > 2 * streamed->forecastSpeed);
    QVERIFY(whole->forecastBytes > told.budgetBytes);
}

void TestLibrary::aModelFileIsHashedOnce()
{
    const QTemporaryDir folder;
    const QByteArray bytes(5'000'000, 'g');
    const QString file = folder.filePath("model.gguf");
    const QString part = folder.filePath("m-00001-of-00002.gguf");
    write(file, bytes);
    write(part, bytes.left(3'000'000));
    write(folder.filePath("m-00002-of-00002.gguf"), bytes.mid(3'000'000));
    const auto hash = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    {
        ModelHashes hashes(folder.path());
        QSignalSpy hashed(&hashes, &ModelHashes::hashed);
        QVERIFY(hashes.known(file).isEmpty());
        hashes.make(file);
        hashes.make(part);
        hashes.make(folder.filePath("gone.gguf"));
        QTRY_COMPARE(hashed.size(), 2);
        QCOMPARE(hashes.known(file), hash);
        QCOMPARE(hashes.known(part), hash);
    }
    const ModelHashes again(folder.path());
    QCOMPARE(again.known(file), hash);
    write(file, bytes + "more");
    QVERIFY2(again.known(file).isEmpty(), "it is another file now");
}

/// A byte that changes behind everybody's back is found.
void TestLibrary::aModelFileIsCheckedAgain()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("model.gguf");
    write(file, QByteArray(3'000'000, 'g'));
    const QDateTime date = QFileInfo(file).lastModified();
    ModelHashes hashes(folder.path());
    std::vector<ModelHashes::Check> outcomes;
    connect(&hashes, &ModelHashes::checked, this, [&](const QString &, ModelHashes::Check outcome) { outcomes.push_back(outcome); });
    const auto check = [&](const QString &path) {
        const std::size_t before = outcomes.size();
        hashes.check(path);
        return QTest::qWaitFor([&] { return outcomes.size() > before; }) ? outcomes.back() : ModelHashes::Check::kUnreadable;
    };
    QVERIFY(check(file) == ModelHashes::Check::kFirst);
    QVERIFY(check(file) == ModelHashes::Check::kAsBefore);
    QFile bytes(file);
    QVERIFY(bytes.open(QIODevice::ReadWrite) && bytes.seek(2'000'000) && bytes.putChar('h'));
    QVERIFY(bytes.flush() && bytes.setFileTime(date, QFileDevice::FileModificationTime));
    bytes.close();
    QVERIFY(check(file) == ModelHashes::Check::kChanged);
    QVERIFY(check(file) == ModelHashes::Check::kAsBefore); // of what it is now
    write(file, "another file");
    QVERIFY(check(file) == ModelHashes::Check::kFirst);
    QVERIFY(check(folder.filePath("gone.gguf")) == ModelHashes::Check::kUnreadable);
}

QTEST_GUILESS_MAIN(TestLibrary)
#include "test_library.moc"
