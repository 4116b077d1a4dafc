#pragma once

#include <QLocale>
#include <QString>

namespace conclave::app
{

/// "4.2 GB", in the user's locale.
inline QString sizeText(quint64 bytes)
{
    return QLocale().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace conclave::app
