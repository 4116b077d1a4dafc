#include "app/chat/receipt.h"

#include "app/chat/pass_text.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <string>

namespace conclave::app
{
namespace
{

constexpr int kHashShown = 16; // hexadecimal digits of the program's hash

QJsonArray jsonOf(const QVector<Receipt::File> &files)
{
    QJsonArray out;
    for (const Receipt::File &file : files) {
        QJsonObject entry{{"sha256", file.hash}};
        if (!file.name.isEmpty())
            entry["name"] = file.name;
        if (!file.size.isEmpty()) {
            entry["width"] = file.size.width();
            entry["height"] = file.size.height();
        }
        out.append(entry);
    }
    return out;
}

QVector<Receipt::File> filesOf(const QJsonArray &json)
{
    QVector<Receipt::File> out;
    for (const QJsonValue &value : json) {
        const QJsonObject entry = value.toObject();
        out.append({entry["name"].toString(), entry["sha256"].toString(), QSize(entry["width"].toInt(), entry["height"].toInt())});
    }
    return out;
}

QString compilerName()
{
#if defined(__clang__)
    return QStringLiteral("Clang %1.%2").arg(__clang_major__).arg(__clang_minor__);
#elif defined(__GNUC__)
    return QStringLiteral("GCC %1.%2").arg(__GNUC__).arg(__GNUC_MINOR__);
#elif defined(_MSC_VER)
    return QStringLiteral("MSVC %1").arg(_MSC_VER);
#else
    return QStringLiteral("?");
#endif
}

QString programHash()
{
    QFile program(QCoreApplication::applicationFilePath());
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!program.open(QIODevice::ReadOnly) || !hash.addData(&program))
        return QStringLiteral("?");
    return QString::fromLatin1(hash.result().toHex().left(kHashShown));
}

} // namespace

QByteArray Receipt::toJson() const
{
    // Numbers of 64 bits as text: a double holds 53 of them only.
    const QJsonObject json{
        {"model", model},
        {"modelFile", modelFile},
        {"architecture", architecture},
        {"quantisation", quantisation},
        {"fingerprint", QString::number(fingerprint, 16)},
        {"modelSha256", modelHash},
        {"build", build},
        {"device", device},
        {"contextTokens", contextTokens},
        {"seed", QString::number(settings.sampling.seed)},
        {"settings", QJsonDocument::fromJson(settings.toJson()).object()},
        {"goesOnFrom", double(goesOnFrom)},
        {"firstTold", QString::number(firstTold)},
        {"promptSha256", QString::fromLatin1(promptHash)},
        {"images", jsonOf(images)},
        {"documents", jsonOf(documents)},
        {"promptTokens", promptTokens},
        {"cachedTokens", cachedTokens},
        {"passes", passText(passes)},
        {"answerTokens", answerTokens},
        {"answerSha256", QString::fromLatin1(answerHash)},
        {"exactSha256", QString::fromLatin1(exactHash)},
    };
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

Receipt Receipt::fromJson(const QByteArray &text)
{
    const QJsonObject json = QJsonDocument::fromJson(text).object();
    Receipt out;
    out.model = json["model"].toString();
    out.modelFile = json["modelFile"].toString();
    out.architecture = json["architecture"].toString();
    out.quantisation = json["quantisation"].toString();
    out.fingerprint = json["fingerprint"].toString().toULongLong(nullptr, 16);
    out.modelHash = json["modelSha256"].toString();
    out.build = json["build"].toString();
    out.device = json["device"].toString();
    out.contextTokens = json["contextTokens"].toInt();
    out.settings = ChatSettings::fromJson(QJsonDocument(json["settings"].toObject()).toJson(QJsonDocument::Compact));
    out.settings.sampling.seed = json["seed"].toString().toULongLong();
    out.settings.fixedSeed = true;
    out.goesOnFrom = qsizetype(std::max(0.0, json["goesOnFrom"].toDouble()));
    out.firstTold = json["firstTold"].toString().toLongLong();
    out.promptHash = json["promptSha256"].toString().toLatin1();
    out.images = filesOf(json["images"].toArray());
    out.documents = filesOf(json["documents"].toArray());
    out.promptTokens = json["promptTokens"].toInt();
    out.cachedTokens = json["cachedTokens"].toInt();
    out.passes = passesOf(json["passes"].toString());
    out.answerTokens = json["answerTokens"].toInt();
    out.answerHash = json["answerSha256"].toString().toLatin1();
    out.exactHash = json["exactSha256"].toString().toLatin1();
    return out;
}

QByteArray promptHash(const std::vector<engine::Message> &messages, const std::function<QString(const engine::ImagePtr &)> &imageHash)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const engine::Message &message : messages) {
        std::string head = std::to_string(int(message.role)) + ':' + std::to_string(message.text.size()) + ':';
        for (const engine::ImagePtr &image : message.images)
            head += imageHash(image).toStdString() + ':';
        hash.addData(QByteArrayView(head));
        hash.addData(QByteArrayView(message.text));
    }
    return hash.result().toHex();
}

QString buildName()
{
    static const QString name =
        QStringLiteral("Conclave %1, %2, sha256 %3").arg(QStringLiteral(CONCLAVE_VERSION), compilerName(), programHash());
    return name;
}

} // namespace conclave::app
