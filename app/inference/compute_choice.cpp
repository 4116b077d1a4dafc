#include "app/inference/compute_choice.h"

#include "app/paths.h"

#include <QRegularExpression>
#include <QSettings>
#include <QStringList>

namespace conclave::app
{
namespace
{

constexpr auto kDeviceKey = "compute/device";
constexpr auto kLayersKey = "compute/cardLayers";
constexpr auto kCardsKey = "compute/cards";

ComputeChoice valid(ComputeChoice choice)
{
    if (!QStringList{"cuda", "vulkan"}.contains(choice.device))
        choice.device = QStringLiteral("cpu");
    if (choice.cardLayers < 0 || choice.cardLayers > kMostCardLayers)
        choice.cardLayers = -1;
    if (!namesCards(choice.cards))
        choice.cards.clear();
    return choice;
}

} // namespace

QString deviceOf(const ComputeChoice &choice)
{
    return choice.device == QLatin1String("cpu") || choice.cards.isEmpty() ? choice.device : choice.device + u':' + choice.cards;
}

bool namesCards(const QString &cards)
{
    static const QRegularExpression numbers(QStringLiteral("^\\d{1,3}(,\\d{1,3})*$"));
    return numbers.match(cards).hasMatch();
}

ComputeChoice computeChoice(const QString &folder)
{
    const QSettings settings(settingsFile(folder), QSettings::IniFormat);
    bool number = false;
    const int layers = settings.value(QLatin1String(kLayersKey)).toInt(&number);
    return valid(
        {settings.value(QLatin1String(kDeviceKey)).toString(), number ? layers : -1, settings.value(QLatin1String(kCardsKey)).toString()});
}

void setComputeChoice(const QString &folder, const ComputeChoice &choice)
{
    QSettings settings(settingsFile(folder), QSettings::IniFormat);
    const ComputeChoice kept = valid(choice);
    settings.setValue(QLatin1String(kDeviceKey), kept.device);
    if (kept.cardLayers >= 0)
        settings.setValue(QLatin1String(kLayersKey), kept.cardLayers);
    else
        settings.remove(QLatin1String(kLayersKey));
    if (kept.cards.isEmpty())
        settings.remove(QLatin1String(kCardsKey));
    else
        settings.setValue(QLatin1String(kCardsKey), kept.cards);
}

} // namespace conclave::app
