#include "app/downloads/download_queue.h"
#include "app/downloads/download_source.h"
#include "app/library/json_file.h"
#include "app/log/phrase.h"
#include "app/net/closed_network.h"
#include "app/net/single_instance.h"
#include "tests/support/file_bytes.h"
#include "tests/support/http_server.h"
#include "tests/support/small_disk.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QTranslator>

#include <functional>
#include <memory>

using namespace conclave;
using namespace conclave::app;
using namespace conclave::tests;

namespace
{

/// A real model of ours: small, and its form can be checked.
QByteArray modelBytes()
{
    QFile file(QStringLiteral(CONCLAVE_TEST_DATA "/conclave/tiny.gguf"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString hashOf(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

constexpr Patience kHasty{10'000, 3, 10};
constexpr Patience kStalled{500, 3, 10}; ///< where the server does stall; elsewhere a busy machine must not look like one

bool waitFor(const std::function<bool()> &done)
{
    return QTest::qWaitFor(done, 20'000);
}

/// A queue with its folder and a server.
struct Desk
{
    explicit Desk(const Patience &patience = kHasty) : patience(patience), gate(folder.path()) { open(); }

    /// As at the program's next start.
    void open()
    {
        queue.reset();
        queue = std::make_unique<DownloadQueue>(gate, folder.path(), target(), DownloadQueue::Mode::kAll, patience);
    }
    QString target() const { return folder.filePath(QStringLiteral("models")); }
    QString file(const char *name) const { return target() + u'/' + QString::fromLatin1(name); }
    /// Adds a file of the catalogue's kind: hash and size known beforehand.
    qint64 addKnown(const QByteArray &path, const QString &sha256, qint64 size)
    {
        NetworkSettings settings = gate.settings();
        settings.mirror = server.url("").toString();
        gate.setSettings(settings);
        CatalogueModel model;
        model.id = QStringLiteral("known");
        model.name = QStringLiteral("Known");
        model.repository = QStringLiteral("o/r");
        model.files = {{QString::fromLatin1(path), sha256, size}};
        return queue->add(model);
    }
    Download::State settled(qint64 id)
    {
        const auto isSettled = [&] {
            const Download *download = queue->find(id);
            return !download || download->state == Download::State::kDone || download->state == Download::State::kFailed ||
                   download->state == Download::State::kPaused;
        };
        if (!waitFor(isSettled))
            qWarning("the download did not come to an end");
        return queue->find(id) ? queue->find(id)->state : Download::State::kFailed;
    }
    QString message(qint64 id) const { return queue->find(id)->message.text(); }

    QTemporaryDir folder;
    Patience patience;
    HttpServer server;
    NetworkGate gate;
    std::unique_ptr<DownloadQueue> queue;
};

} // namespace

Q_DECLARE_METATYPE(std::function<void(Served &)>)

class TestDownloads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourcesAreUnderstood_data();
    void sourcesAreUnderstood();
    void namesCannotLeaveTheFolder();
    void everyBadServer_data();
    void everyBadServer();
    void aStatedHashIsHeldAgainstTheBytes();
    void theExpectedHashDecides_data();
    void theExpectedHashDecides();
    void aRedirectKeepsTheRange();
    void pauseAndGoOn();
    void aPartThatWasSpoiltIsNotUsed();
    void aPartOfAnotherAddressIsNotUsed();
    void theQueueSurvivesARestart();
    void aCompletePartNeedsNoConnection();
    void whatIsThereStays();
    void offlineOpensNothing();
    void goingOfflineEndsWhatRuns();
    void theInterfaceHasNoNetwork();
    void aSecondStartHandsItsFilesOver();
    void whatIsNoSecondStartIsDropped();
    void aFirstStartThatDoesNotAnswerIsNotWaitedFor();
    void aProxyIsUsed();
    void repositoriesAreLookedThrough_data();
    void repositoriesAreLookedThrough();
    void splitModelsComeWhole();
    void failuresSpeakTheLanguageOfTheInterface();
    void aFullDiskKeepsWhatCame();
    void twoProgramsDoNotShareAQueue();
    void theCatalogueIsWellFormed();
};

void TestDownloads::sourcesAreUnderstood_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("repository");
    QTest::addColumn<QString>("file");
    QTest::newRow("an address") << "https://example.org/a/model.gguf"
                                << "https://example.org/a/model.gguf"
                                << ""
                                << "";
    QTest::newRow("a repository") << "owner/name-GGUF"
                                  << ""
                                  << "owner/name-GGUF"
                                  << "";
    QTest::newRow("a file of one") << " owner/name:Q4_K_M "
                                   << ""
                                   << "owner/name"
                                   << "Q4_K_M";
    QTest::newRow("a repository's page") << "https://huggingface.co/owner/name"
                                         << ""
                                         << "owner/name"
                                         << "";
    QTest::newRow("a file's page") << "https://huggingface.co/owner/name/blob/main/x/m.gguf"
                                   << "https://huggingface.co/owner/name/resolve/main/x/m.gguf"
                                   << ""
                                   << "";
    for (const char *bad :
         {"", "model", "a/b/c", "../x", "a/..", "file:///etc/passwd", "ftp://host/m.gguf", "https://", "https://host/", "owner/na me"})
        QTest::addRow("not: %s", bad) << QString::fromLatin1(bad) << ""
                                      << ""
                                      << "";
}

void TestDownloads::sourcesAreUnderstood()
{
    QFETCH(QString, text);
    QFETCH(QString, url);
    QFETCH(QString, repository);
    QFETCH(QString, file);
    const auto source = parseSource(text, QUrl(QStringLiteral("https://huggingface.co")));
    QCOMPARE(source.has_value(), !url.isEmpty() || !repository.isEmpty());
    if (!source)
        return;
    QCOMPARE(source->url.toString(), url);
    QCOMPARE(source->repository, repository);
    QCOMPARE(source->file, file);
}

void TestDownloads::namesCannotLeaveTheFolder()
{
    QCOMPARE(safeFileName(QStringLiteral("a/b/model.gguf")), QStringLiteral("model.gguf"));
    QCOMPARE(safeFileName(QStringLiteral("a/..")), QString());
    QCOMPARE(safeFileName(QStringLiteral("..\\..\\evil.gguf")), QStringLiteral("evil.gguf"));
    QCOMPARE(safeFileName(QStringLiteral("x/.hidden\n.gguf")), QStringLiteral("hidden.gguf"));
    QVERIFY(safeFileName(QString(500, u'a')).isEmpty());
}

/// The torture table: whatever the server does, the file is right or there is none.
void TestDownloads::everyBadServer_data()
{
    using Change = std::function<void(Served &)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<bool>("arrives");
    QTest::addColumn<int>("requests"); // 0: not looked at
    const auto row = [](const char *name, bool arrives, int requests, const Change &change) {
        QTest::newRow(name) << change << arrives << requests;
    };
    row("serves", true, 1, [](Served &) {});
    row("cuts once and resumes", true, 2, [](Served &s) { s.cutAfter = 5000; });
    row("cuts four times, with progress", true, 5, [](Served &s) { s.cutAfter = 3000, s.cuts = 4; });
    row("cuts before the first byte, always", false, 4, [](Served &s) { s.cutAfter = 0, s.cuts = 100; });
    row("cuts and ignores Range", true, 2, [](Served &s) { s.cutAfter = 5000, s.ranges = false; });
    row("cuts always and ignores Range", false, 0, [](Served &s) { s.cutAfter = 5000, s.cuts = 100, s.ranges = false; });
    row("stalls once", true, 2, [](Served &s) { s.stallAfter = 5000; });
    row("stalls always at the start", false, 4, [](Served &s) { s.stallAfter = 0, s.cuts = 100; });
    row("states too great a length", false, 0, [](Served &s) { s.statedLength = s.body.size() + 100; });
    row("states too small a length", false, 0, [](Served &s) { s.statedLength = s.body.size() - 100; });
    row("states no length", true, 1, [](Served &s) { s.chunked = true; });
    row("states no length and cuts", true, 0, [](Served &s) { s.chunked = true, s.cutAfter = 5000; });
    row("answers a range with another", true, 0, [](Served &s) { s.cutAfter = 5000, s.rangeShift = -700; });
    row("answers a range with a later one", true, 0, [](Served &s) { s.cutAfter = 5000, s.rangeShift = 700; });
    row("is busy twice", true, 3, [](Served &s) { s.busy = 2; });
    row("is always busy", false, 4, [](Served &s) { s.busy = 100; });
    row("has nothing", false, 1, [](Served &s) { s.status = 404; });
    row("asks for a key", false, 1, [](Served &s) { s.status = 401; });
    row("makes no sense", false, 1, [](Served &s) { s.status = 299; });
    row("sends a web page", false, 1, [](Served &s) { s.type = "text/html; charset=utf-8", s.body = "<html>Sign in</html>"; });
    row("sends a web page as bytes", false, 1, [](Served &s) { s.body = "<html>Sign in</html>" + QByteArray(9000, ' '); });
    row("sends it compressed", false, 1, [](Served &s) { s.headers = {{"Content-Encoding", "gzip"}}; });
    row("sends nothing", false, 0, [](Served &s) { s.body.clear(); });
    row("sends a truncated model", false, 1, [](Served &s) { s.body.chop(500); });
    row("sends a model whose table is spoilt", false, 1, [](Served &s) { s.body[30] = char(0xff); });
    row("redirects in a circle", false, 9, [](Served &s) { s.redirect = "/o/m.gguf"; });
    row("redirects to a local file", false, 1, [](Served &s) { s.redirect = "file:///etc/passwd"; });
    row("redirects nowhere", false, 1, [](Served &s) { s.redirect = "http://"; });
}

void TestDownloads::everyBadServer()
{
    QFETCH(std::function<void(Served &)>, change);
    QFETCH(bool, arrives);
    QFETCH(int, requests);
    const QByteArray right = modelBytes();
    Served served;
    served.body = right;
    served.etag = "\"one\"";
    change(served);
    Desk desk(served.stallAfter >= 0 ? kStalled : kHasty);
    desk.server.serve("/o/m.gguf", served);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    const Download::State state = desk.settled(*id);
    QVERIFY2((state == Download::State::kDone) == arrives, qPrintable(desk.message(*id)));
    QCOMPARE(QFile::exists(desk.file("m.gguf")), arrives);
    if (requests > 0)
        QCOMPARE(desk.server.requests().size(), requests);
    if (!arrives) {
        QVERIFY(!desk.message(*id).isEmpty());
        return;
    }
    QCOMPARE(readAll(desk.file("m.gguf")), right);
    QVERIFY(!QFile::exists(FileDownload::partName(desk.file("m.gguf"))));
    QCOMPARE(desk.queue->knownHash(desk.file("m.gguf")), hashOf(right));
    QCOMPARE(desk.queue->find(*id)->proof, Proof::kNothing);
}

void TestDownloads::aStatedHashIsHeldAgainstTheBytes()
{
    for (const bool right : {true, false}) {
        Desk desk;
        const QByteArray bytes = modelBytes();
        QByteArray other = bytes;
        other[other.size() - 10] = char(other[other.size() - 10] ^ 1); // one bit of a weight: no parser sees that
        Served hub;
        hub.redirect = "/cdn/m";
        hub.headers = {{"X-Linked-ETag", '"' + hashOf(bytes).toLatin1() + '"'}, {"X-Linked-Size", QByteArray::number(bytes.size())}};
        desk.server.serve("/o/m.gguf", hub);
        Served cdn;
        cdn.body = right ? bytes : other;
        desk.server.serve("/cdn/m", cdn);
        const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
        QVERIFY(id.ok());
        QCOMPARE(desk.settled(*id), right ? Download::State::kDone : Download::State::kFailed);
        QCOMPARE(QFile::exists(desk.file("m.gguf")), right);
        QVERIFY(!QFile::exists(FileDownload::partName(desk.file("m.gguf"))));
        if (right)
            QCOMPARE(desk.queue->find(*id)->proof, Proof::kServer);
    }
}

void TestDownloads::theExpectedHashDecides_data()
{
    QTest::addColumn<bool>("bytesRight");
    QTest::addColumn<int>("sizeOff");
    QTest::addColumn<bool>("statedRight");
    QTest::addColumn<bool>("arrives");
    QTest::newRow("all right") << true << 0 << true << true;
    QTest::newRow("bad bytes") << false << 0 << true << false;
    QTest::newRow("another size") << true << 7 << true << false;
    QTest::newRow("the server states another hash") << true << 0 << false << false;
}

void TestDownloads::theExpectedHashDecides()
{
    QFETCH(bool, bytesRight);
    QFETCH(int, sizeOff);
    QFETCH(bool, statedRight);
    QFETCH(bool, arrives);
    Desk desk;
    const QByteArray bytes = modelBytes();
    Served served;
    served.body = bytes;
    if (!bytesRight)
        served.body[served.body.size() - 10] = char(served.body[served.body.size() - 10] ^ 1);
    served.headers = {{"X-Linked-ETag", '"' + hashOf(statedRight ? bytes : QByteArray("else")).toLatin1() + '"'}};
    desk.server.serve("/o/r/resolve/main/m.gguf", served);
    const qint64 id = desk.addKnown("m.gguf", hashOf(bytes), bytes.size() + sizeOff);
    QCOMPARE(desk.settled(id), arrives ? Download::State::kDone : Download::State::kFailed);
    QCOMPARE(QFile::exists(desk.file("m.gguf")), arrives);
    if (arrives)
        QCOMPARE(desk.queue->find(id)->proof, Proof::kExpected);
}

void TestDownloads::aRedirectKeepsTheRange()
{
    Desk desk;
    Served hub;
    hub.redirect = "/cdn/m";
    desk.server.serve("/o/m.gguf", hub);
    Served cdn;
    cdn.body = modelBytes();
    cdn.etag = "\"one\"";
    cdn.cutAfter = 5000;
    desk.server.serve("/cdn/m", cdn);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), Download::State::kDone);
    QCOMPARE(desk.server.requests().size(), 4);
    QCOMPARE(desk.server.requests().at(3).headers.value("range"), QByteArray("bytes=5000-"));
    QCOMPARE(readAll(desk.file("m.gguf")), cdn.body);
}

void TestDownloads::pauseAndGoOn()
{
    Desk desk({60'000, 3, 10});
    Served served;
    served.body = modelBytes();
    served.stallAfter = 6000;
    served.etag = "\"one\"";
    desk.server.serve("/o/m.gguf", served);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QVERIFY(waitFor([&] { return QFileInfo(FileDownload::partName(desk.file("m.gguf"))).size() == 6000; }));
    desk.queue->pause(*id);
    QCOMPARE(desk.queue->find(*id)->state, Download::State::kPaused);
    QCOMPARE(desk.queue->find(*id)->received, qint64(6000));
    desk.queue->resume(*id);
    QCOMPARE(desk.settled(*id), Download::State::kDone);
    QCOMPARE(desk.server.requests().last().headers.value("range"), QByteArray("bytes=6000-"));
    QCOMPARE(desk.server.requests().last().headers.value("if-range"), QByteArray("\"one\""));
    QCOMPARE(readAll(desk.file("m.gguf")), served.body);
    desk.queue->remove(*id);
    QVERIFY(desk.queue->downloads().isEmpty());
    QVERIFY(QFile::exists(desk.file("m.gguf")));
}

void TestDownloads::aPartThatWasSpoiltIsNotUsed()
{
    Desk desk({60'000, 3, 10});
    const QByteArray bytes = modelBytes();
    Served served;
    served.body = bytes;
    served.stallAfter = 6000;
    desk.server.serve("/o/r/resolve/main/m.gguf", served);
    const qint64 id = desk.addKnown("m.gguf", hashOf(bytes), bytes.size());
    const QString part = FileDownload::partName(desk.file("m.gguf"));
    QVERIFY(waitFor([&] { return QFileInfo(part).size() == 6000; }));
    desk.queue->pause(id);
    {
        QFile file(part);
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(3000) && file.write("spoilt") == 6);
    }
    desk.queue->resume(id);
    QCOMPARE(desk.settled(id), Download::State::kFailed);
    QVERIFY(!QFile::exists(desk.file("m.gguf")) && !QFile::exists(part));
    desk.queue->resume(id);
    QCOMPARE(desk.settled(id), Download::State::kDone);
    QCOMPARE(readAll(desk.file("m.gguf")), bytes);
}

void TestDownloads::aPartOfAnotherAddressIsNotUsed()
{
    Desk desk;
    QVERIFY(QDir().mkpath(desk.target()));
    QFile part(FileDownload::partName(desk.file("m.gguf")));
    QVERIFY(part.open(QIODevice::WriteOnly) && part.write(QByteArray(4000, 'x')) == 4000);
    part.close();
    Served served;
    served.body = modelBytes();
    desk.server.serve("/o/m.gguf", served);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), Download::State::kDone);
    QVERIFY(!desk.server.requests().last().headers.contains("range"));
    QCOMPARE(readAll(desk.file("m.gguf")), served.body);
}

void TestDownloads::theQueueSurvivesARestart()
{
    Desk desk({60'000, 3, 10});
    Served served;
    served.body = modelBytes();
    served.stallAfter = 6000;
    desk.server.serve("/o/m.gguf", served);
    Served second;
    second.body = served.body;
    desk.server.serve("/o/n.gguf", second);
    const auto first = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    const auto waiting = desk.queue->add(desk.server.url("/o/n.gguf").toString());
    const auto paused = desk.queue->add(desk.server.url("/o/p.gguf").toString());
    QVERIFY(first.ok() && waiting.ok() && paused.ok());
    desk.queue->pause(*paused);
    QVERIFY(waitFor([&] { return QFileInfo(FileDownload::partName(desk.file("m.gguf"))).size() == 6000; }));
    desk.open();
    QCOMPARE(desk.queue->downloads().size(), 3);
    QCOMPARE(desk.settled(*first), Download::State::kDone);
    QCOMPARE(desk.settled(*waiting), Download::State::kDone);
    QCOMPARE(desk.queue->find(*paused)->state, Download::State::kPaused);
    QCOMPARE(readAll(desk.file("m.gguf")), served.body);
    QCOMPARE(desk.server.requests().at(1).headers.value("range"), QByteArray("bytes=6000-"));
    desk.open();
    QCOMPARE(desk.queue->find(*first)->state, Download::State::kDone);
    QCOMPARE(desk.queue->knownHash(desk.file("n.gguf")), hashOf(second.body));
    // A damaged list is begun anew; files are not touched.
    QFile list(desk.folder.filePath(QStringLiteral("downloads.json")));
    QVERIFY(list.open(QIODevice::WriteOnly) && list.write("{\"downloads\": [[[") > 0);
    list.close();
    desk.open();
    QVERIFY(desk.queue->downloads().isEmpty());
    QVERIFY(QFile::exists(desk.file("m.gguf")));
}

void TestDownloads::aCompletePartNeedsNoConnection()
{
    Desk desk;
    const QByteArray bytes = modelBytes();
    Served served;
    served.body = bytes;
    desk.server.serve("/o/r/resolve/main/m.gguf", served);
    const QString target = desk.file("m.gguf");
    QVERIFY(QDir().mkpath(desk.target()));
    QFile part(FileDownload::partName(target));
    QVERIFY(part.open(QIODevice::WriteOnly) && part.write(bytes) == bytes.size());
    part.close();
    QVERIFY(writeJsonFile(FileDownload::stateName(target), {{"url", desk.server.url("/o/r/resolve/main/m.gguf").toString()}}).ok());
    const qint64 id = desk.addKnown("m.gguf", hashOf(bytes), bytes.size());
    QCOMPARE(desk.settled(id), Download::State::kDone);
    QVERIFY(desk.server.requests().isEmpty());
}

void TestDownloads::whatIsThereStays()
{
    Desk desk;
    QVERIFY(QDir().mkpath(desk.target()));
    QFile mine(desk.file("m.gguf"));
    QVERIFY(mine.open(QIODevice::WriteOnly) && mine.write("mine") == 4);
    mine.close();
    Served served;
    served.body = modelBytes();
    desk.server.serve("/o/m.gguf", served);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), Download::State::kFailed);
    QCOMPARE(readAll(desk.file("m.gguf")), QByteArray("mine"));
    QVERIFY(desk.server.requests().isEmpty());
}

void TestDownloads::offlineOpensNothing()
{
    Desk desk;
    Served served;
    served.body = modelBytes();
    desk.server.serve("/o/m.gguf", served);
    NetworkSettings settings;
    settings.offline = true;
    QVERIFY(desk.gate.setSettings(settings));
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    const auto repository = desk.queue->add(QStringLiteral("owner/name"));
    QVERIFY(id.ok() && repository.ok());
    QCOMPARE(desk.settled(*id), Download::State::kFailed);
    QCOMPARE(desk.settled(*repository), Download::State::kFailed);
    QVERIFY(desk.server.requests().isEmpty());
    QCOMPARE(desk.gate.log().size(), 2);
    QVERIFY(desk.gate.log().front().refused);
    // The switch is remembered.
    QVERIFY(NetworkGate(desk.folder.path()).settings().offline);
    QVERIFY(desk.gate.setSettings({}));
    desk.queue->resume(*id);
    QCOMPARE(desk.settled(*id), Download::State::kDone);
}

void TestDownloads::goingOfflineEndsWhatRuns()
{
    Desk desk({60'000, 3, 10});
    Served served;
    served.body = modelBytes();
    served.stallAfter = 6000;
    desk.server.serve("/o/m.gguf", served);
    const auto id = desk.queue->add(desk.server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QVERIFY(waitFor([&] { return QFileInfo(FileDownload::partName(desk.file("m.gguf"))).size() == 6000; }));
    NetworkSettings settings;
    settings.offline = true;
    QVERIFY(desk.gate.setSettings(settings));
    QCOMPARE(desk.settled(*id), Download::State::kFailed);
    QCOMPARE(QFileInfo(FileDownload::partName(desk.file("m.gguf"))).size(), qint64(6000));
}

void TestDownloads::aProxyIsUsed()
{
    Desk desk;
    // A proxy is asked for whole addresses: our server answers them as one.
    Served served;
    served.body = modelBytes();
    desk.server.serve("http://models.invalid/o/m.gguf", served);
    NetworkSettings settings;
    settings.proxy = QStringLiteral("http://127.0.0.1:%1").arg(desk.server.port());
    QVERIFY(desk.gate.setSettings(settings));
    const auto id = desk.queue->add(QStringLiteral("http://models.invalid/o/m.gguf"));
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), Download::State::kDone);
    QCOMPARE(readAll(desk.file("m.gguf")), served.body);
    for (const char *bad : {"proxy", "ftp://host:1", "http://host", "http://:80"}) {
        settings.proxy = QString::fromLatin1(bad);
        QVERIFY2(!desk.gate.setSettings(settings), bad);
    }
}

void TestDownloads::repositoriesAreLookedThrough_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QStringList>("files"); // empty: it fails
    QTest::newRow("the usual type and the projector") << "o/r" << QStringList{"r/m-Q4_K_M.gguf", "r/mmproj-F16.gguf"};
    QTest::newRow("the type asked for") << "o/r:Q8_0" << QStringList{"r/m-Q8_0.gguf", "r/mmproj-F16.gguf"};
    QTest::newRow("a type that is not there") << "o/r:Q2_K" << QStringList();
    QTest::newRow("a repository that is not there") << "o/none" << QStringList();
}

void TestDownloads::repositoriesAreLookedThrough()
{
    QFETCH(QString, source);
    QFETCH(QStringList, files);
    Desk desk;
    const QByteArray bytes = modelBytes();
    QJsonArray listing;
    for (const char *name : {"README.md", "m-Q2_K.txt", "m-Q4_K_M.gguf", "m-Q8_0.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf"}) {
        const QString path = QString::fromLatin1(name);
        listing.append(QJsonObject{
            {"type", "file"}, {"path", path}, {"size", 130}, {"lfs", QJsonObject{{"oid", hashOf(bytes)}, {"size", bytes.size()}}}});
        Served served;
        served.body = bytes;
        desk.server.serve("/o/r/resolve/main/" + path.toLatin1(), served);
    }
    listing.append(QJsonObject{{"type", "file"}, {"path", "../m-Q4_K_M.gguf"}, {"size", 1}});
    Served list;
    list.body = QJsonDocument(listing).toJson();
    desk.server.serve("/api/models/o/r/tree/main?recursive=true", list);
    NetworkSettings settings;
    settings.mirror = desk.server.url("").toString();
    QVERIFY(desk.gate.setSettings(settings));
    const auto id = desk.queue->add(source);
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), files.isEmpty() ? Download::State::kFailed : Download::State::kDone);
    for (const QString &file : files)
        QCOMPARE(readAll(desk.target() + u'/' + file), bytes);
    QCOMPARE(QDir(desk.target() + QStringLiteral("/r")).entryList(QDir::Files).size(), files.size());
    if (!files.isEmpty())
        QCOMPARE(desk.queue->find(*id)->proof, Proof::kExpected);
}

void TestDownloads::splitModelsComeWhole()
{
    Desk desk;
    const QByteArray bytes = modelBytes(); // each part is a GGUF file of its own
    QJsonArray listing;
    for (const char *name : {"s-Q4_K_M-00001-of-00002.gguf", "s-Q4_K_M-00002-of-00002.gguf"}) {
        listing.append(QJsonObject{{"type", "file"}, {"path", name}, {"size", bytes.size()}});
        Served served;
        served.body = bytes;
        served.cutAfter = 4000;
        desk.server.serve(QByteArray("/o/r/resolve/main/") + name, served);
    }
    Served list;
    list.body = QJsonDocument(listing).toJson();
    desk.server.serve("/api/models/o/r/tree/main?recursive=true", list);
    NetworkSettings settings;
    settings.mirror = desk.server.url("").toString();
    QVERIFY(desk.gate.setSettings(settings));
    const auto id = desk.queue->add(QStringLiteral("o/r"));
    QVERIFY(id.ok());
    QCOMPARE(desk.settled(*id), Download::State::kDone);
    QCOMPARE(desk.queue->find(*id)->files.size(), 2);
    QCOMPARE(desk.queue->find(*id)->received, qint64(2 * bytes.size()));
    QCOMPARE(QDir(desk.target() + QStringLiteral("/r")).entryList(QDir::Files).size(), 2);
}

/// A failure is kept as what it is, not as it was worded: it is told in the language that the interface has when it is looked at, also
/// after a restart.
void TestDownloads::failuresSpeakTheLanguageOfTheInterface()
{
    class Shouting final : public QTranslator
    {
    public:
        bool isEmpty() const override { return false; }
        QString translate(const char *context, const char *sentence, const char *, int) const override
        {
            return qstrcmp(context, "Downloads") == 0 ? QString::fromUtf8(sentence).toUpper() : QString();
        }
    };
    Desk desk(kHasty);
    const auto absent = desk.queue->add(desk.server.url("/o/%1.gguf").toString());
    Served busy;
    busy.status = 503;
    desk.server.serve("/o/busy.gguf", busy);
    const auto tired = desk.queue->add(desk.server.url("/o/busy.gguf").toString());
    QVERIFY(absent.ok() && tired.ok());
    QCOMPARE(desk.settled(*absent), Download::State::kFailed);
    QCOMPARE(desk.settled(*tired), Download::State::kFailed);
    QCOMPARE(desk.message(*absent), QStringLiteral("127.0.0.1 does not have this file (any more)."));
    QCOMPARE(desk.message(*tired), QStringLiteral("127.0.0.1 is busy (503). What has come is kept; try again later."));
    Shouting words;
    QCoreApplication::installTranslator(&words);
    const auto restore = qScopeGuard([&] { QCoreApplication::removeTranslator(&words); });
    QCOMPARE(desk.message(*tired), QStringLiteral("127.0.0.1 IS BUSY (503). WHAT HAS COME IS KEPT; TRY AGAIN LATER."));
    desk.open();
    QCOMPARE(desk.message(*absent), QStringLiteral("127.0.0.1 DOES NOT HAVE THIS FILE (ANY MORE)."));
    // As older versions kept it, and as nobody did.
    QCOMPARE(Phrase::fromJson(QStringLiteral("Kein Platz.")).text(), QStringLiteral("Kein Platz."));
    QVERIFY(Phrase::fromJson(QJsonArray{QJsonArray{}, 3, QJsonArray{QString()}}).isEmpty());
}

void TestDownloads::aFullDiskKeepsWhatCame()
{
    const QTemporaryDir folder;
    const auto disk = SmallDisk::make(folder.filePath(QStringLiteral("disk")), 1 << 20);
    if (!disk)
        QSKIP("needs the right to mount");
    HttpServer server;
    Served served;
    served.body = modelBytes();
    server.serve("/o/m.gguf", served);
    NetworkGate gate(folder.path());
    DownloadQueue queue(gate, folder.path(), disk->path(), DownloadQueue::Mode::kAll, kHasty);
    const auto id = queue.add(server.url("/o/m.gguf").toString());
    QVERIFY(id.ok());
    QVERIFY(waitFor([&] { return queue.find(*id)->state == Download::State::kFailed; }));
    QVERIFY(!queue.find(*id)->message.isEmpty());
    QVERIFY(!QFile::exists(disk->path() + QStringLiteral("/m.gguf")));
    disk->grow(qint64(256) << 20);
    queue.resume(*id);
    QVERIFY(waitFor([&] { return queue.find(*id)->state == Download::State::kDone; }));
    QCOMPARE(readAll(disk->path() + QStringLiteral("/m.gguf")), served.body);
}

void TestDownloads::twoProgramsDoNotShareAQueue()
{
    Desk desk;
    const auto id = desk.queue->add(QStringLiteral("http://127.0.0.1:1/m.gguf"));
    QVERIFY(id.ok());
    desk.queue->pause(*id);
    NetworkGate gate(desk.folder.path());
    {
        DownloadQueue other(gate, desk.folder.path(), desk.target());
        QVERIFY(other.downloads().isEmpty());
        QVERIFY(other.add(QStringLiteral("http://127.0.0.1:1/n.gguf")).ok());
    }
    desk.open();
    QCOMPARE(desk.queue->downloads().size(), 1);
}

void TestDownloads::theCatalogueIsWellFormed()
{
    const QByteArray json = readAll(QStringLiteral(CONCLAVE_SOURCE_DIR "/resources/catalogue.json"));
    const Catalogue catalogue = Catalogue::parse(json);
    QCOMPARE(catalogue.models().size(), QJsonDocument::fromJson(json).object().value(QStringLiteral("models")).toArray().size());
    QVERIFY(catalogue.models().size() > 10);
    QSet<QString> ids;
    for (const CatalogueModel &model : catalogue.models()) {
        QVERIFY2(!ids.contains(model.id), qPrintable(model.id));
        ids.insert(model.id);
        QVERIFY(!model.licence.isEmpty() && !model.strengths.isEmpty() && model.gigabytes > 0);
    }
    QVERIFY(catalogue.find(QStringLiteral("deepseek-v4-flash")) && catalogue.find(QStringLiteral("qwen3-vl-30b-a3b")));
    QVERIFY(Catalogue::parse("{\"models\": [{\"id\": \"x\"}, 3, {\"id\": \"a\", \"name\": \"a\", \"repository\": \"o/r\", "
                             "\"files\": [{\"path\": \"../a.gguf\"}]}]}")
                .models()
                .isEmpty());
}

void TestDownloads::theInterfaceHasNoNetwork()
{
    HttpServer server;
    Served served;
    served.body = "PNG";
    server.serve("/picture.png", served);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("picture.png was not fetched")));
    const std::unique_ptr<QNetworkAccessManager> network(makeClosedNetwork(nullptr));
    QNetworkReply *reply = network->get(QNetworkRequest(server.url("/picture.png")));
    QVERIFY(waitFor([&] { return reply->isFinished(); }));
    QVERIFY(reply->error() != QNetworkReply::NoError);
    QVERIFY(reply->readAll().isEmpty());
    reply->deleteLater();
    QCOMPARE(server.requests().size(), 0);
}

namespace
{

/// A second start of the program, which waits for the first one's answer.
bool startAgain(const QString &folder, const QStringList &files)
{
    bool isFirst = true;
    std::unique_ptr<QThread> thread(QThread::create([&] { isFirst = SingleInstance(folder).begin(files); }));
    thread->start();
    return waitFor([&] { return thread->isFinished(); }) && !isFirst;
}

} // namespace

void TestDownloads::aSecondStartHandsItsFilesOver()
{
    const QTemporaryDir folder;
    auto first = std::make_unique<SingleInstance>(folder.path());
    QVERIFY(first->begin({}));
    QSignalSpy again(first.get(), &SingleInstance::startedAgain);
    const QStringList files{QStringLiteral("/tmp/äpfel und birnen.png"), QStringLiteral("/tmp/two.pdf")};
    QVERIFY(startAgain(folder.path(), files));
    QCOMPARE(again.size(), 1);
    QCOMPARE(again[0][0].toStringList(), files);
    QVERIFY(startAgain(folder.path(), {}));
    QCOMPARE(again.size(), 2);
    const QTemporaryDir elsewhere;
    QVERIFY2(!startAgain(elsewhere.path(), {}), "another folder is another program");
    first.reset();
    QVERIFY2(!startAgain(folder.path(), {}), "the first one has ended");
}

void TestDownloads::whatIsNoSecondStartIsDropped()
{
    const QTemporaryDir folder;
    SingleInstance first(folder.path());
    QVERIFY(first.begin({}));
    QSignalSpy again(&first, &SingleInstance::startedAgain);
    const auto say = [&](const QByteArray &words) {
        QLocalSocket socket;
        socket.connectToServer(first.name());
        QVERIFY(socket.waitForConnected());
        socket.write(words);
        QVERIFY(waitFor([&] { return socket.state() == QLocalSocket::UnconnectedState || again.size() > 0; }));
    };
    say(QByteArray(SingleInstance::kMostBytes + 1000, 'x'));
    QCOMPARE(again.size(), 0);
    say("[\"relative.png\", 7, \"/tmp/one.png\"]\n");
    QCOMPARE(again.size(), 1);
    QCOMPARE(again[0][0].toStringList(), QStringList{QStringLiteral("/tmp/one.png")});
}

void TestDownloads::aFirstStartThatDoesNotAnswerIsNotWaitedFor()
{
    const QTemporaryDir folder;
    QLockFile held(folder.filePath(QStringLiteral("instance.lock")));
    QVERIFY(held.lock());
    QVERIFY(SingleInstance(folder.path()).begin({}));
}

QTEST_GUILESS_MAIN(TestDownloads)
#include "test_downloads.moc"
