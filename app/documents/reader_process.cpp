#include "app/documents/reader_process.h"

#include "app/documents/reader_protocol.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>

namespace conclave::app
{

using engine::Done;
using engine::ErrorCode;
using engine::Result;

namespace
{

constexpr int kLookMilliseconds = 40; // between two looks at the stop token
constexpr qint64 kMaxMilliseconds = 120'000;
constexpr qsizetype kMaxOutput = 256'000'000; // text of all pages in JSON, or one picture

QString readerProgram()
{
#ifdef Q_OS_WIN
    return QCoreApplication::applicationDirPath() + QStringLiteral("/conclave-reader.exe");
#else
    return QCoreApplication::applicationDirPath() + QStringLiteral("/conclave-reader");
#endif
}

/// One run of the reader.
class Run
{
public:
    Run(const QString &name, const ReadControl &control) : m_name(name), m_control(control) {}

    /// `take` hears of each piece of the output; false: it has had enough.
    Result<Done> go(const QStringList &arguments, const QByteArray &input, const std::function<bool(const QByteArray &)> &take);

private:
    Result<Done> outcome() const;
    Result<Done> end(const engine::Error &error);

    QString m_name;
    const ReadControl &m_control;
    QProcess m_process;
};

Result<Done> Run::end(const engine::Error &error)
{
    m_process.kill();
    m_process.waitForFinished();
    return error;
}

Result<Done> Run::go(const QStringList &arguments, const QByteArray &input, const std::function<bool(const QByteArray &)> &take)
{
    if (!QFileInfo(readerProgram()).isExecutable())
        return failure(ErrorCode::kFileNotFound,
                       QCoreApplication::translate(
                           "Documents", "%1 cannot be read: the part of this program that reads such files is missing. Install the "
                                        "program again.")
                           .arg(m_name),
                       readerProgram());
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_process.start(readerProgram(), arguments);
    m_process.write(input);
    m_process.closeWriteChannel();
    QElapsedTimer time;
    time.start();
    qsizetype received = 0;
    bool wanted = true;
    do {
        if (m_control.token.stop_requested())
            return end(documentCancelled());
        if (time.elapsed() > kMaxMilliseconds)
            return end(badDocument(
                QCoreApplication::translate("Documents", "%1 takes longer than %2 minutes to read; it was given up. Save the pages that "
                                                         "matter as a file of their own.")
                    .arg(m_name)
                    .arg(kMaxMilliseconds / 60'000)));
        m_process.waitForReadyRead(kLookMilliseconds);
        const QByteArray piece = m_process.readAllStandardOutput();
        received += piece.size();
        wanted = received <= kMaxOutput && take(piece);
    } while (wanted && (m_process.state() != QProcess::NotRunning || m_process.bytesAvailable() > 0));
    return wanted ? outcome() : end(tooMuchText(m_name));
}

Result<Done> Run::outcome() const
{
    if (m_process.error() == QProcess::FailedToStart)
        return failure(ErrorCode::kFileNotFound,
                       QCoreApplication::translate("Documents",
                                                   "%1 cannot be read: the part of this program that reads such files did not start (%2).")
                           .arg(m_name, m_process.errorString()));
    if (m_process.exitStatus() == QProcess::CrashExit)
        return badDocument(QCoreApplication::translate(
                               "Documents", "%1 could not be read: the part of this program that reads such files broke on it. The "
                                            "file is damaged or harmful; nothing else was touched.")
                               .arg(m_name));
    switch (m_process.exitCode()) {
    case reader::kDone:
        return Done{};
    case reader::kLocked:
        return badDocument(
            QCoreApplication::translate("Documents", "%1 is locked with a password. Save it without one, then attach it.").arg(m_name));
    case reader::kNoPage:
        return badDocument(QCoreApplication::translate("Documents", "A page of %1 cannot be drawn.").arg(m_name));
    case reader::kMemory:
        return failure(ErrorCode::kOutOfMemory,
                       QCoreApplication::translate("Documents", "%1 needs more memory than reading it is given.").arg(m_name));
    default:
        return badDocument(
            QCoreApplication::translate("Documents", "%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.")
                .arg(m_name, QCoreApplication::translate("Documents", "it breaks the rules of its kind")));
    }
}

} // namespace

Result<Done> runReader(const QStringList &arguments, const QByteArray &input, const QString &name, const ReadControl &control,
                       const std::function<bool(const QByteArray &)> &take)
{
    return Run(name, control).go(arguments, input, take);
}

Result<QByteArray> runReader(const QStringList &arguments, const QByteArray &input, const QString &name, const ReadControl &control)
{
    QByteArray out;
    const auto take = [&out](const QByteArray &piece) {
        out += piece;
        return true;
    };
    if (auto read = runReader(arguments, input, name, control, take); !read)
        return read.takeError();
    return out;
}

} // namespace conclave::app
