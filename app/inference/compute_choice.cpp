#include "app/inference/compute_choice.h"

#include "app/paths.h"

#include <QSettings>
#include <QStringList>

namespace conclave::app
{
namespace
{

constexpr auto kDeviceKey = "compute/device";
constexpr auto kLayersKey = "compute/cardLayers";

ComputeChoice valid(ComputeChoice choice)
{
    if (!QStringList{"cuda", "vulkan"}.contains(choice.device))
        choice.device = QStringLiteral("cpu");
    if (choice.cardLayers < 0 || choice.cardLayers > kMostCardLayers)
        choice.cardLayers = -1;
    return choice;
}

} // namespace

ComputeChoice computeChoice(const QString &folder)
{
    const QSettings settings(settingsFile(folder), QSettings::IniFormat);
    bool number = false;
    const int layers = settings.value(QLatin1String(kLayersKey)).toInt(&number);
    return valid({settings.value(QLatin1String(kDeviceKey)).toString(), number ? layers : -1});
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
}

} // namespace conclave::app
