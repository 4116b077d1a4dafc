#include "app/documents/zip_archive.h"

#include "app/documents/document.h"
#include "app/text_of.h"

#include <QCoreApplication>

#include <algorithm>
#include <zip.h>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

struct FileCloser
{
    void operator()(zip_file_t *file) const { zip_fclose(file); }
};

bool leadsOut(const QString &entry)
{
    const QStringList steps = entry.split(u'/');
    return entry.startsWith(u'/') || entry.contains(u'\\') || entry.contains(QChar(u'\0')) || entry.contains(u':') ||
           steps.contains(QLatin1String(".."));
}

} // namespace

void ZipArchive::Closer::operator()(zip *archive) const
{
    zip_discard(archive);
}

engine::Error ZipArchive::damaged(const QString &why) const
{
    return badDocument(
        QCoreApplication::translate("Documents", "%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.")
            .arg(m_name, why));
}

engine::Error ZipArchive::bomb() const
{
    return badDocument(
        QCoreApplication::translate("Documents", "%1 was refused: it unpacks to far more than its size, as harmful files do. If you trust "
                                                 "it, save it as PDF and attach that.")
            .arg(m_name));
}

Result<ZipArchive> ZipArchive::open(const QByteArray &bytes, const QString &name)
{
    ZipArchive out(bytes, name);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(out.m_bytes.constData(), zip_uint64_t(out.m_bytes.size()), 0, &error);
    if (source)
        out.m_archive.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
    if (!out.m_archive) {
        if (source)
            zip_source_free(source);
        const QString why = QString::fromUtf8(zip_error_strerror(&error));
        zip_error_fini(&error);
        return out.damaged(why);
    }
    zip_error_fini(&error);
    if (auto checked = out.checkNames(); !checked)
        return checked.takeError();
    return Result<ZipArchive>(std::move(out));
}

Result<Done> ZipArchive::checkNames() const
{
    const zip_int64_t count = zip_get_num_entries(m_archive.get(), 0);
    if (count > kMaxEntries)
        return bomb();
    for (zip_int64_t i = 0; i < count; ++i) {
        const char *name = zip_get_name(m_archive.get(), zip_uint64_t(i), ZIP_FL_ENC_GUESS);
        if (!name || leadsOut(QString::fromUtf8(name)))
            return badDocument(QCoreApplication::translate("Documents",
                                                           "%1 was refused: it holds a file whose name leads out of it (%2), as harmful "
                                                           "files do.")
                                   .arg(m_name, QString::fromUtf8(name ? name : "?").left(80)));
    }
    return Done{};
}

bool ZipArchive::holds(const QString &entry) const
{
    return zip_name_locate(m_archive.get(), entry.toUtf8().constData(), ZIP_FL_ENC_GUESS) >= 0;
}

Result<QByteArray> ZipArchive::read(const QString &entry)
{
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat(m_archive.get(), entry.toUtf8().constData(), ZIP_FL_ENC_GUESS, &stat) != 0)
        return damaged(QCoreApplication::translate("Documents", "%1 is missing in it").arg(entry));
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE)
        return badDocument(
            QCoreApplication::translate("Documents", "%1 is locked with a password. Save it without one, then attach it.").arg(m_name));
    const auto size = qint64(std::min<zip_uint64_t>(stat.size, zip_uint64_t(kMaxBytes) + 1));
    const auto packed = qint64(std::min<zip_uint64_t>(stat.comp_size, zip_uint64_t(m_bytes.size())));
    if (size > kMaxEntryBytes || m_unpacked + size > kMaxBytes || size > (packed + 1) * kMaxRatio)
        return bomb();
    const std::unique_ptr<zip_file_t, FileCloser> file(zip_fopen_index(m_archive.get(), stat.index, 0));
    if (!file)
        return damaged(QString::fromUtf8(zip_strerror(m_archive.get())));
    // What the archive says of sizes is not trusted either: no more is read than was said, and less or more is damage.
    QByteArray out(size, Qt::Uninitialized);
    const zip_int64_t got = zip_fread(file.get(), out.data(), zip_uint64_t(size));
    char more = 0;
    if (got != size || zip_fread(file.get(), &more, 1) != 0)
        return damaged(entry);
    m_unpacked += size;
    return out;
}

} // namespace conclave::app
