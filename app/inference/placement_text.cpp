#include "app/inference/placement_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace conclave::app
{
namespace
{

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
        parts << QCoreApplication::translate("Placement", "%1 of %2 layers on the card").arg(placement.cardLayers).arg(placement.layers);
        if (placement.expertLayers > 0)
            parts << expertText(placement);
    }
    if (placement.decodeRate > 0)
        parts << QCoreApplication::translate("Placement", "expected %1 tokens/s")
                     .arg(QLocale().toString(placement.decodeRate, 'f', placement.decodeRate < 10 ? 1 : 0));
    return parts.join(QStringLiteral("; "));
}

} // namespace conclave::app
