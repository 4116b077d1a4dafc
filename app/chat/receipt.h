#pragma once

#include "app/chat/chat_settings.h"
#include "app/inference/inference_worker.h"
#include "app/store/records.h"

#include <QByteArray>
#include <QSize>
#include <QString>
#include <QVector>

#include <functional>

/// What is needed to ask for an answer again and to tell whether it comes out the same: kept with every answer as JSON.
namespace conclave::app
{

struct Receipt
{
    struct File
    {
        QString name; ///< empty for pictures
        QString hash; ///< SHA-256 of its bytes
        QSize size;   ///< of a picture
    };

    QString model;
    QString modelFile;
    QString architecture;
    QString quantisation;
    quint64 fingerprint = 0; ///< Engine::fingerprint
    QString modelHash;       ///< SHA-256 of the model's file; empty: it was not known yet
    QString build;           ///< version, compiler, and SHA-256 of the program
    QString device;
    int contextTokens = 0;
    ChatSettings settings;    ///< sampling, seed, longest answer, system prompt
    qsizetype goesOnFrom = 0; ///< characters of the answer that were there when it was continued
    qint64 firstTold = 0;     ///< the message from which on the model was told the conversation
    QByteArray promptHash;    ///< SHA-256 of all that the model was told, pictures included; hexadecimal
    QVector<File> images;     ///< of the whole prompt
    QVector<File> documents;
    int promptTokens = 0;
    int cachedTokens = 0;
    std::vector<engine::PassRun> passes; ///< in which the prompt was computed; empty: not known
    int answerTokens = 0;
    QByteArray answerHash; ///< SHA-256 of the answer's pieces
    QByteArray exactHash;  ///< the same with the probability of each, bit for bit

    bool isEmpty() const { return promptHash.isEmpty(); }
    QByteArray toJson() const;
    /// The database is not trusted: what is missing or of a wrong type is left empty.
    static Receipt fromJson(const QByteArray &json);
};

/// SHA-256 of a prompt: roles, texts with their lengths, and the hashes of its pictures; hexadecimal.
QByteArray promptHash(const std::vector<engine::Message> &messages, const std::function<QString(const engine::ImagePtr &)> &imageHash);
/// Version and compiler of this program, and the SHA-256 of its file. Reads it once; may take a tenth of a second.
QString buildName();

} // namespace conclave::app
