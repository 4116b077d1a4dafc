#include "ui/view_models/chat_settings_model.h"

#include <QFileInfo>

#include <cmath>

namespace conclave::ui
{

namespace
{

using Preset = app::ConversationShelf::Preset;

double decimal(float value)
{
    return std::round(static_cast<double>(value) * 1000) / 1000;
}

Preset own(const QString &name, float temperature, float topP, float minP)
{
    Preset preset;
    preset.name = name;
    preset.settings.sampling.temperature = temperature;
    preset.settings.sampling.topP = topP;
    preset.settings.sampling.minP = minP;
    return preset;
}

/// Names as the window shows them; their values are the program's.
QVector<Preset> builtIn()
{
    return {{ChatSettingsModel::tr("Balanced"), {}},
            own(ChatSettingsModel::tr("Precise"), 0.2F, 0.9F, 0.1F),
            own(ChatSettingsModel::tr("Inventive"), 1.1F, 0.98F, 0.02F)};
}

/// Presets leave the model alone.
bool sameBesidesModel(app::ChatSettings one, const app::ChatSettings &other)
{
    one.model = other.model;
    return one == other;
}

} // namespace

ChatSettingsModel::ChatSettingsModel(app::ChatController &controller, QObject *parent) : QObject(parent), m_controller(controller)
{
    connect(&controller, &app::ChatController::settingsChanged, this, &ChatSettingsModel::changed);
    connect(&controller, &app::ChatController::settingsChanged, this, &ChatSettingsModel::currentChanged);
    connect(&controller.shelf(), &app::ConversationShelf::presetsChanged, this, &ChatSettingsModel::readPresets);
    readPresets();
}

void ChatSettingsModel::readPresets()
{
    m_own = m_controller.shelf().presets();
    Q_EMIT presetsChanged();
    Q_EMIT currentChanged();
}

template <typename Change>
void ChatSettingsModel::change(Change change)
{
    app::ChatSettings fresh = now();
    change(fresh);
    m_controller.setSettings(app::ChatSettings::fromJson(fresh.toJson())); // in range, as it is kept
}

void ChatSettingsModel::setSystemPrompt(const QString &prompt)
{
    change([&](app::ChatSettings &settings) { settings.systemPrompt = prompt; });
}

double ChatSettingsModel::temperature() const
{
    return decimal(now().sampling.temperature);
}

void ChatSettingsModel::setTemperature(double temperature)
{
    change([&](app::ChatSettings &settings) { settings.sampling.temperature = static_cast<float>(temperature); });
}

double ChatSettingsModel::topP() const
{
    return decimal(now().sampling.topP);
}

void ChatSettingsModel::setTopP(double topP)
{
    change([&](app::ChatSettings &settings) { settings.sampling.topP = static_cast<float>(topP); });
}

double ChatSettingsModel::minP() const
{
    return decimal(now().sampling.minP);
}

void ChatSettingsModel::setMinP(double minP)
{
    change([&](app::ChatSettings &settings) { settings.sampling.minP = static_cast<float>(minP); });
}

void ChatSettingsModel::setTopK(int topK)
{
    change([&](app::ChatSettings &settings) { settings.sampling.topK = topK; });
}

double ChatSettingsModel::repetitionPenalty() const
{
    return decimal(now().sampling.repetitionPenalty);
}

void ChatSettingsModel::setRepetitionPenalty(double penalty)
{
    change([&](app::ChatSettings &settings) { settings.sampling.repetitionPenalty = static_cast<float>(penalty); });
}

void ChatSettingsModel::setMaxTokens(int tokens)
{
    change([&](app::ChatSettings &settings) { settings.maxTokens = tokens; });
}

QString ChatSettingsModel::seed() const
{
    return now().fixedSeed ? QString::number(now().sampling.seed) : QString();
}

void ChatSettingsModel::setSeed(const QString &seed)
{
    change([&](app::ChatSettings &settings) {
        bool isNumber = false;
        settings.sampling.seed = seed.trimmed().toULongLong(&isNumber);
        settings.fixedSeed = isNumber;
    });
}

void ChatSettingsModel::setBoundToModel(bool bound)
{
    change([&](app::ChatSettings &settings) { settings.model = bound ? m_controller.model().file : QString(); });
}

QString ChatSettingsModel::boundModelName() const
{
    return QFileInfo(now().model).completeBaseName();
}

QVector<Preset> ChatSettingsModel::all() const
{
    return builtIn() + m_own;
}

QStringList ChatSettingsModel::presets() const
{
    QStringList names;
    const QVector<Preset> presets = all();
    for (const Preset &preset : presets) {
        names.append(preset.name);
    }
    return names;
}

int ChatSettingsModel::currentPreset() const
{
    const QVector<Preset> presets = all();
    for (int i = 0; i < presets.size(); ++i) {
        if (sameBesidesModel(presets[i].settings, now())) {
            return i;
        }
    }
    return -1;
}

void ChatSettingsModel::usePreset(int index)
{
    const QVector<Preset> presets = all();
    if (index < 0 || index >= presets.size()) {
        return;
    }
    app::ChatSettings fresh = presets[index].settings;
    fresh.model = now().model;
    m_controller.setSettings(fresh);
}

void ChatSettingsModel::saveAsPreset(const QString &name)
{
    app::ChatSettings settings = now();
    settings.model.clear();
    m_controller.shelf().savePreset({name, settings});
}

void ChatSettingsModel::removePreset(int index)
{
    const int own = index - static_cast<int>(builtIn().size());
    if (own >= 0 && own < m_own.size()) {
        m_controller.shelf().removePreset(m_own[own].name);
    }
}

void ChatSettingsModel::reset()
{
    m_controller.setSettings({});
}

} // namespace conclave::ui
