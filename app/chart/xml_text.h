#pragma once

#include <QString>

namespace conclave::app
{

/// `text` without what XML cannot hold.
inline QString xmlText(const QString &text)
{
    QString out;
    for (const QChar c : text) {
        if (c >= u' ' && c != QChar(0xFFFE) && c != QChar(0xFFFF))
            out += c;
    }
    return out;
}

} // namespace conclave::app
