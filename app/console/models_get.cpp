#include "app/chart/number_text.h"
#include "app/console/interrupt.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/downloads/download_queue.h"
#include "app/library/model_library.h"
#include "app/paths.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

namespace conclave::app
{
namespace
{

QString megabytes(qint64 bytes)
{
    return roundedText(double(bytes) / 1e6, 0) + QStringLiteral(" MB");
}

void showProgress(const Download &download)
{
    const QString of = download.size > 0 ? QStringLiteral(" of %1").arg(megabytes(download.size)) : QString();
    std::fprintf(stderr, "\r%s%s, %s MB/s   ", qPrintable(megabytes(download.received)), qPrintable(of),
                 qPrintable(roundedText(download.bytesPerSecond / 1e6, 1)));
}

QString proofText(Proof proof)
{
    switch (proof) {
    case Proof::kExpected:
        return QStringLiteral("SHA-256 as listed");
    case Proof::kServer:
        return QStringLiteral("SHA-256 as the server states");
    case Proof::kNothing:
        break;
    }
    return QStringLiteral("size and form only: nobody states a SHA-256");
}

QString proofName(Proof proof)
{
    return proof == Proof::kExpected ? QStringLiteral("listed")
           : proof == Proof::kServer ? QStringLiteral("server")
                                     : QStringLiteral("none");
}

int report(const Download &download, bool json, const DownloadQueue &queue)
{
    const bool done = download.state == Download::State::kDone;
    if (json) {
        QJsonArray files;
        for (const DownloadFile &file : download.files)
            files.append(QJsonObject{{"file", file.target}, {"sha256", queue.knownHash(file.target)}});
        printOut(QString::fromUtf8(QJsonDocument(QJsonObject{{"name", download.name},
                                                             {"state", stateName(download.state)},
                                                             {"message", download.message.text()},
                                                             {"verified", done ? proofName(download.proof) : QString()},
                                                             {"files", files}})
                                       .toJson()));
    } else if (done) {
        for (const DownloadFile &file : download.files)
            printOut(printable(QDir::toNativeSeparators(file.target)) + u'\n');
        printOut(proofText(download.proof) + u'\n');
    }
    if (!done)
        printError(download.state == Download::State::kPaused
                       ? QCoreApplication::translate("Console", "Stopped. What has come is kept; the same command goes on.")
                       : download.message.text());
    return done ? kExitDone : kExitFailed;
}

/// Hashes a file in pieces; empty when it cannot be read.
QString hashOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        return {};
    return QString::fromLatin1(hash.result().toHex());
}

struct Verification
{
    QString file;
    QString sha256;
    QString expected; ///< empty: nobody states one
    QString problem;
    bool sound() const { return problem.isEmpty() && (expected.isEmpty() || expected == sha256); }
};

Verification verifyFile(const QString &path, const DownloadQueue &queue, const Catalogue &catalogue)
{
    Verification out;
    out.file = path;
    const auto form = engine::checkModelFile(std::filesystem::path(path.toStdU16String()));
    if (!form)
        out.problem = textOf(form.error().message);
    out.sha256 = hashOf(path);
    out.expected = queue.recordedHash(path);
    if (out.expected.isEmpty())
        out.expected = catalogue.knownHash(QFileInfo(path).fileName());
    return out;
}

} // namespace

int modelsGetCommand(const Arguments &arguments)
{
    NetworkGate gate(dataFolder());
    NetworkSettings settings = gate.settings();
    if (!arguments.models.proxy.isEmpty())
        settings.proxy = arguments.models.proxy;
    if (!arguments.models.mirror.isEmpty())
        settings.mirror = arguments.models.mirror;
    if ((!arguments.models.proxy.isEmpty() || !arguments.models.mirror.isEmpty()) && !gate.setSettings(settings)) {
        printError(QCoreApplication::translate("Console",
                                               "models get: --proxy is http://HOST:PORT or socks5://HOST:PORT, --mirror a web address"));
        return kExitUsage;
    }
    const ModelLibrary library(dataFolder());
    const QString target = arguments.models.folder.isEmpty() ? library.ownFolder() : QFileInfo(arguments.models.folder).absoluteFilePath();
    DownloadQueue queue(gate, dataFolder(), target, DownloadQueue::Mode::kOnlyNew);
    const Catalogue catalogue = Catalogue::own();
    const QString &source = arguments.files.front();
    const CatalogueModel *listed = catalogue.find(source);
    const engine::Result<qint64> added = listed ? engine::Result<qint64>(queue.add(*listed)) : queue.add(source);
    if (!added) {
        printError(textOf(added.error().message));
        return kExitUsage;
    }
    QEventLoop loop;
    const Interrupt interrupt([&] { queue.pause(*added); });
    const auto look = [&] {
        const Download::State state = queue.find(*added)->state;
        if (state == Download::State::kDone || state == Download::State::kFailed || state == Download::State::kPaused)
            QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection);
    };
    QObject::connect(&queue, &DownloadQueue::changed, &loop, look);
    QObject::connect(&queue, &DownloadQueue::progressed, &loop, [&](qint64 id) { showProgress(*queue.find(id)); });
    look();
    loop.exec();
    std::fputs("\n", stderr);
    return report(*queue.find(*added), arguments.json, queue);
}

int modelsVerifyCommand(const Arguments &arguments)
{
    NetworkGate gate(dataFolder());
    const DownloadQueue queue(gate, dataFolder(), {}, DownloadQueue::Mode::kOnlyNew);
    const Catalogue catalogue = Catalogue::own();
    bool sound = true;
    QJsonArray all;
    for (const QString &file : arguments.files) {
        const Verification found = verifyFile(file, queue, catalogue);
        sound = sound && found.sound();
        if (arguments.json) {
            all.append(QJsonObject{{"file", file},
                                   {"sha256", found.sha256},
                                   {"expected", found.expected},
                                   {"sound", found.sound()},
                                   {"problem", found.problem}});
            continue;
        }
        if (!found.problem.isEmpty())
            printError(found.problem);
        else if (!found.sound())
            printError(QCoreApplication::translate("Console",
                                                   "%1 is not the file that it should be: its SHA-256 is %2 instead of %3. Fetch it again.")
                           .arg(file, found.sha256, found.expected));
        else
            printOut(QStringLiteral("%1  %2  %3\n")
                         .arg(found.sha256, printable(file),
                              found.expected.isEmpty() ? QStringLiteral("whole; nobody states a SHA-256 to compare with")
                                                       : QStringLiteral("as expected")));
    }
    if (arguments.json)
        printOut(QString::fromUtf8(QJsonDocument(all).toJson()));
    return sound ? kExitDone : kExitFailed;
}

} // namespace conclave::app
