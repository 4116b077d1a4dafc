#include "app/net/closed_network.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QStringList>

namespace conclave::app
{
namespace
{

constexpr int kMostLetters = 200;

class ClosedNetwork : public QNetworkAccessManager
{
public:
    using QNetworkAccessManager::QNetworkAccessManager;

protected:
    /// Data that stands in the address itself, and the program's own files, are no network. Else a request for nothing: Qt answers it with
    /// an error and opens no connection.
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *body) override
    {
        static const QStringList kHere{QStringLiteral("data"), QStringLiteral("qrc"), QStringLiteral("file")};
        if (kHere.contains(request.url().scheme()))
            return QNetworkAccessManager::createRequest(operation, request, body);
        qWarning("conclave: %s was not fetched: the interface opens no connections",
                 qPrintable(request.url().toDisplayString(QUrl::RemoveQuery | QUrl::RemoveUserInfo).left(kMostLetters)));
        return QNetworkAccessManager::createRequest(GetOperation, QNetworkRequest(), nullptr);
    }
};

} // namespace

QNetworkAccessManager *makeClosedNetwork(QObject *parent)
{
    return new ClosedNetwork(parent);
}

} // namespace conclave::app
