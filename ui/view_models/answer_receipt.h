#pragma once

#include "app/chat/receipt.h"
#include "app/chat_controller.h"

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <optional>

/// One answer from behind: what the model saw when it wrote it, what is needed to have it written again, and whether that comes out the
/// same. GUI thread only.
namespace conclave::ui
{

class AnswerReceipt : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(bool shown READ shown NOTIFY shownChanged)
    Q_PROPERTY(bool known READ known NOTIFY contentChanged) ///< false: an answer of an older version
    Q_PROPERTY(int promptTokens READ promptTokens NOTIFY contentChanged)
    Q_PROPERTY(int cachedTokens READ cachedTokens NOTIFY contentChanged)
    Q_PROPERTY(QString promptWords READ promptWords NOTIFY contentChanged) ///< "1,240 tokens: 1,000 known from before, 240 new"
    Q_PROPERTY(QStringList told READ told NOTIFY contentChanged)           ///< what the prompt was made of, in words
    Q_PROPERTY(QVariantList pictures READ pictures NOTIFY
                   picturesChanged) ///< of {"source", "words", "columns", "rows"}, as the model was shown them
    Q_PROPERTY(QVariantList lines READ lines NOTIFY contentChanged)     ///< of {"name", "value"}
    Q_PROPERTY(QVariantList figures READ figures NOTIFY contentChanged) ///< of {"name", "value"}: speed, memory, energy, cost
    Q_PROPERTY(bool replayable READ replayable NOTIFY replayChanged)
    Q_PROPERTY(bool replaying READ replaying NOTIFY replayChanged)
    Q_PROPERTY(QString outcome READ outcome NOTIFY replayChanged) ///< of the replay, for the user; empty: none yet
    Q_PROPERTY(bool same READ same NOTIFY replayChanged)          ///< the outcome is good news

public:
    explicit AnswerReceipt(app::ChatController &controller, QObject *parent = nullptr);

    bool shown() const { return m_shown; }
    bool known() const { return !m_receipt.isEmpty(); }
    int promptTokens() const { return m_receipt.promptTokens; }
    int cachedTokens() const { return m_receipt.cachedTokens; }
    QString promptWords() const;
    QStringList told() const { return m_told; }
    QVariantList pictures() const { return m_pictures; }
    QVariantList lines() const;
    QVariantList figures() const;
    bool replayable() const;
    bool replaying() const { return m_controller.replaying(); }
    QString outcome() const { return m_outcome; }
    bool same() const { return m_same; }

    Q_INVOKABLE void open(int row);
    Q_INVOKABLE void close();
    Q_INVOKABLE void replay();
    /// The receipt as JSON, for a report.
    Q_INVOKABLE QString json() const;
    /// All words, in the language that is new.
    void retranslate();

Q_SIGNALS:
    void shownChanged();
    void contentChanged();
    void picturesChanged();
    void replayChanged();

private:
    void takeSight(const app::SightResult &result);
    void takeReplay(const app::ReplayResult &result);
    int row() const;
    const app::StoredMessage *message() const;
    QStringList promptInWords() const;
    void tellSights();
    void tellOutcome();

    app::ChatController &m_controller;
    bool m_shown = false;
    qint64 m_message = 0;
    quint64 m_look = 0;
    QByteArray m_json;
    app::Receipt m_receipt;
    QStringList m_told;
    QVector<app::Sight> m_sights;
    QVariantList m_pictures;
    std::optional<app::ReplayResult> m_replay;
    QString m_outcome;
    bool m_same = false;
};

} // namespace conclave::ui
