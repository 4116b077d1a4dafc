#include "app/reader/reader.h"

#include <QBuffer>
#include <QGuiApplication>
#include <QPainter>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <new>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

/// conclave-reader: reads one file from standard input (reader_protocol.h). A process of its own, because what reads PDF and SVG is large
/// and such files come from anywhere.

namespace conclave::app::reader
{
namespace
{

#ifdef Q_OS_UNIX
void limit(decltype(RLIMIT_AS) what, rlim_t most)
{
    rlimit now{};
    if (getrlimit(what, &now) != 0)
        return;
    now.rlim_max = std::min(most, now.rlim_max);
    now.rlim_cur = now.rlim_max;
    setrlimit(what, &now);
}

/// No more memory and time than an honest file needs, no file written, no core left behind.
void limitOurselves()
{
    limit(RLIMIT_AS, rlim_t(2) << 30);
    limit(RLIMIT_CPU, 100);
    limit(RLIMIT_FSIZE, 0);
    std::signal(SIGXFSZ, SIG_IGN); // a cache that cannot be written is no reason to end
    limit(RLIMIT_CORE, 0);
}
#else
void limitOurselves() {}
#endif

QByteArray standardInput()
{
    QFile in;
    return in.open(stdin, QIODevice::ReadOnly) ? in.read(kMaxBytes + 1) : QByteArray();
}

int run(const QStringList &arguments)
{
    const QByteArray bytes = standardInput();
    if (bytes.isEmpty() || bytes.size() > kMaxBytes)
        return kDamaged;
    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly))
        return kDamaged;
    const QString what = arguments.value(1);
    if (what == QLatin1String("svg"))
        return drawSvg(bytes, out);
    if (what == QLatin1String("pdf-text") || what == QLatin1String("pdf-page"))
        return readPdf(bytes, arguments, out);
    return kUsage;
}

/// Letters in an SVG picture need fonts, and they a platform, but none that is seen.
std::unique_ptr<QCoreApplication> application(int &argc, char **argv)
{
    if (argc < 2 || QByteArrayView(argv[1]) != "svg")
        return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen;minimal");
    return std::make_unique<QGuiApplication>(argc, argv);
}

} // namespace

bool write(QFile &out, const QByteArray &bytes)
{
    return out.write(bytes) == bytes.size() && out.flush();
}

int writePng(const QImage &picture, QFile &out)
{
    QImage paper(picture.size(), QImage::Format_RGB32);
    if (picture.isNull() || paper.isNull())
        return kNoPage;
    paper.fill(Qt::white);
    QPainter painter(&paper);
    painter.drawImage(0, 0, picture);
    painter.end();
    QByteArray png;
    QBuffer buffer(&png);
    const bool written = buffer.open(QIODevice::WriteOnly) && paper.save(&buffer, "PNG") && write(out, png);
    return written ? kDone : kNoPage;
}

} // namespace conclave::app::reader

int main(int argc, char **argv)
{
    using namespace conclave::app;
    reader::limitOurselves();
    const auto application = reader::application(argc, argv);
    try {
        return reader::run(QCoreApplication::arguments());
    } catch (const std::bad_alloc &) {
        return reader::kMemory;
    }
}
