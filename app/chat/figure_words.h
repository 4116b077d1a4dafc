#pragma once

#include "app/chat/electricity.h"

#include <QByteArray>
#include <QString>
#include <QVector>

/// An answer's figures, as they are kept with it (figures_json.h), in words for the user.
namespace conclave::app
{

struct FigureLine
{
    QString name;
    QString value;
    bool operator==(const FigureLine &) const = default;
};

/// Speed, first token, tokens, memory, energy and cost; translated. Empty: there are no figures. What could not be measured says so.
QVector<FigureLine> figureLines(const QByteArray &figures, const ElectricityPrice &price);

} // namespace conclave::app
