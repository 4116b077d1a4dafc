#include "app/inference/placement_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace conclave::app
{
namespace
{

/// Experts that are neither on the card nor all of them in memory.
QString streamedText(const engine::Placement &placement)
{
    const int held = static_cast<int>(100 * placement.expertsHeld);
    return (placement.cardExpertLayers == 0
                ? QCoreApplication::translate("Placement", "experts from disk, %1 % of them held in memory")
                : QCoreApplication::translate("Placement", "other experts from disk, %1 % of them held in memory"))
        .arg(held);
}

QString expertText(const engine::Placement &placement)
{
    if (placement.cardExpertLayers == 0)
        return QCoreApplication::translate("Placement", "experts in memory");
    if (placement.cardExpertLayers == placement.expertLayers)
        return QCoreApplication::translate("Placement", "experts, too");
    return QCoreApplication::translate("Placement", "experts of %1 of %2 layers, too")
        .arg(placement.cardExpertLayers)
        .arg(placement.expertLayers);
}

} // namespace

QString placementText(const engine::Placement &placement)
{
    if (placement.card.empty())
        return {};
    QStringList parts;
    if (placement.whole) {
        parts << QCoreApplication::translate("Placement", "the whole model on the card");
    } else {
        const QString layers = placement.picturesOnCard ? QCoreApplication::translate("Placement", "%1 of %2 layers and vision on the card")
                                                        : QCoreApplication::translate("Placement", "%1 of %2 layers on the card");
        parts << layers.arg(placement.cardLayers).arg(placement.layers);
        if (placement.expertLayers > 0 && (!placement.streams || placement.cardExpertLayers > 0))
            parts << expertText(placement);
        if (placement.streams)
            parts << streamedText(placement);
    }
    if (placement.decodeRate > 0)
        parts << QCoreApplication::translate("Placement", "expected %1 tokens/s")
                     .arg(QLocale().toString(placement.decodeRate, 'f', placement.decodeRate < 10 ? 1 : 0));
    return parts.join(QStringLiteral("; "));
}

} // namespace conclave::app
