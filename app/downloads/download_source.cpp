#include "app/downloads/download_source.h"

#include <QRegularExpression>
#include <QStringList>

namespace conclave::app
{
namespace
{

constexpr int kMostName = 200;

QUrl below(const QUrl &hub, const QString &path)
{
    QUrl url(hub);
    QString base = url.path();
    while (base.endsWith(u'/'))
        base.chop(1);
    url.setPath(base + path);
    return url;
}

bool isRepository(const QString &text)
{
    static const QRegularExpression kRepository(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$"));
    return kRepository.match(text).hasMatch() && !text.contains(QLatin1String(".."));
}

/// Pages of the hub: /owner/name, /owner/name/blob/main/FILE, /owner/name/resolve/main/FILE, /owner/name/tree/main.
std::optional<DownloadSource> hubPage(const QUrl &url, const QUrl &hub)
{
    const QStringList parts = url.path().split(u'/', Qt::SkipEmptyParts);
    if (parts.size() < 2 || !isRepository(parts[0] + u'/' + parts[1]))
        return std::nullopt;
    const QString repository = parts[0] + u'/' + parts[1];
    const bool names = parts.size() > 4 && (parts[2] == QLatin1String("blob") || parts[2] == QLatin1String("resolve"));
    if (names)
        return DownloadSource{fileUrl(hub, repository, parts.mid(4).join(u'/')), {}, {}};
    if (parts.size() == 2 || parts[2] == QLatin1String("tree"))
        return DownloadSource{{}, repository, {}};
    return std::nullopt;
}

} // namespace

std::optional<DownloadSource> parseSource(const QString &text, const QUrl &hub)
{
    const QString trimmed = text.trimmed();
    if (trimmed.contains(QLatin1String("://"))) {
        const QUrl url(trimmed, QUrl::StrictMode);
        if (!url.isValid() || url.host().isEmpty() || (url.scheme() != QLatin1String("https") && url.scheme() != QLatin1String("http")))
            return std::nullopt;
        const bool onHub =
            url.host() == hub.host() || url.host() == QLatin1String("huggingface.co") || url.host() == QLatin1String("hf.co");
        if (onHub) {
            if (auto page = hubPage(url, hub))
                return page;
        }
        if (safeFileName(url.path()).isEmpty())
            return std::nullopt;
        return DownloadSource{url, {}, {}};
    }
    const QString repository = trimmed.section(u':', 0, 0);
    const QString file = trimmed.section(u':', 1);
    if (!isRepository(repository))
        return std::nullopt;
    return DownloadSource{{}, repository, file};
}

QUrl fileUrl(const QUrl &hub, const QString &repository, const QString &file)
{
    return below(hub, u'/' + repository + QStringLiteral("/resolve/main/") + file);
}

QUrl listUrl(const QUrl &hub, const QString &repository)
{
    QUrl url = below(hub, QStringLiteral("/api/models/") + repository + QStringLiteral("/tree/main"));
    url.setQuery(QStringLiteral("recursive=true"));
    return url;
}

QString safeFileName(const QString &path)
{
    QString name = path.section(u'/', -1).section(u'\\', -1);
    static const QRegularExpression kUnsafe(QStringLiteral("[\\x00-\\x1f\\x7f<>:\"|?*]"));
    name.remove(kUnsafe);
    while (name.startsWith(u'.'))
        name.remove(0, 1);
    return name.size() > kMostName ? QString() : name;
}

} // namespace conclave::app
