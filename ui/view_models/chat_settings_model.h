#pragma once

#include "app/chat_controller.h"

#include <QObject>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

/// How the open conversation is answered, for the settings panel: every change is kept at once. GUI thread only.
namespace conclave::ui
{

class ChatSettingsModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(QString systemPrompt READ systemPrompt WRITE setSystemPrompt NOTIFY changed)
    Q_PROPERTY(double temperature READ temperature WRITE setTemperature NOTIFY changed)
    Q_PROPERTY(double topP READ topP WRITE setTopP NOTIFY changed)
    Q_PROPERTY(double minP READ minP WRITE setMinP NOTIFY changed)
    Q_PROPERTY(int topK READ topK WRITE setTopK NOTIFY changed)
    Q_PROPERTY(double repetitionPenalty READ repetitionPenalty WRITE setRepetitionPenalty NOTIFY changed)
    Q_PROPERTY(int maxTokens READ maxTokens WRITE setMaxTokens NOTIFY changed)
    Q_PROPERTY(QString seed READ seed WRITE setSeed NOTIFY changed)                      ///< decimal; empty: another one for each answer
    Q_PROPERTY(bool boundToModel READ boundToModel WRITE setBoundToModel NOTIFY changed) ///< always answered by the model loaded now
    Q_PROPERTY(QString boundModelName READ boundModelName NOTIFY changed)
    Q_PROPERTY(bool usual READ usual NOTIFY changed)                       ///< nothing differs from the program's own values
    Q_PROPERTY(QStringList presets READ presets NOTIFY presetsChanged)     ///< names: the program's, then the user's
    Q_PROPERTY(int ownPresets READ ownPresets NOTIFY presetsChanged)       ///< the last so many are the user's
    Q_PROPERTY(int currentPreset READ currentPreset NOTIFY currentChanged) ///< the one whose values these are, or -1

public:
    explicit ChatSettingsModel(app::ChatController &controller, QObject *parent = nullptr);

    QString systemPrompt() const { return now().systemPrompt; }
    void setSystemPrompt(const QString &prompt);
    double temperature() const;
    void setTemperature(double temperature);
    double topP() const;
    void setTopP(double topP);
    double minP() const;
    void setMinP(double minP);
    int topK() const { return now().sampling.topK; }
    void setTopK(int topK);
    double repetitionPenalty() const;
    void setRepetitionPenalty(double penalty);
    int maxTokens() const { return now().maxTokens; }
    void setMaxTokens(int tokens);
    QString seed() const;
    void setSeed(const QString &seed);
    bool boundToModel() const { return !now().model.isEmpty(); }
    void setBoundToModel(bool bound);
    QString boundModelName() const;
    bool usual() const { return now() == app::ChatSettings(); }
    QStringList presets() const;
    int ownPresets() const { return static_cast<int>(m_own.size()); }
    int currentPreset() const;

    /// Takes over system prompt and sampling of a preset; the model stays.
    Q_INVOKABLE void usePreset(int index);
    Q_INVOKABLE void saveAsPreset(const QString &name);
    Q_INVOKABLE void removePreset(int index); ///< only the user's
    Q_INVOKABLE void reset();

Q_SIGNALS:
    void changed();
    void presetsChanged();
    void currentChanged();

private:
    const app::ChatSettings &now() const { return m_controller.settings(); }
    template <typename Change>
    void change(Change change);
    QVector<app::ConversationShelf::Preset> all() const;
    void readPresets();

    app::ChatController &m_controller;
    QVector<app::ConversationShelf::Preset> m_own;
};

} // namespace conclave::ui
