#include "app/documents/cell_format.h"

#include <QDateTime>

#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kLastDay = 2'958'466; // 31 December 9999

CellFormat formatOf(bool date, bool time)
{
    if (date)
        return time ? CellFormat::kDateTime : CellFormat::kDate;
    return time ? CellFormat::kTime : CellFormat::kNumber;
}

} // namespace

CellFormat builtInFormat(int number)
{
    const auto within = [number](int first, int last) { return number >= first && number <= last; };
    if (number == 22)
        return CellFormat::kDateTime;
    if (within(14, 17) || within(27, 31) || within(50, 54) || within(57, 58))
        return CellFormat::kDate;
    if (within(18, 21) || within(32, 35) || within(45, 47) || within(55, 56))
        return CellFormat::kTime;
    return CellFormat::kNumber;
}

CellFormat formatOfCode(const QString &code)
{
    bool date = false;
    bool time = false;
    for (qsizetype i = 0; i < code.size(); ++i) {
        const QChar c = code[i].toLower();
        if (c == u';') // formats of negative numbers and text follow
            break;
        if (c == u'\\' || c == u'_' || c == u'*') {
            ++i;
        } else if (c == u'"') {
            i = std::max(i, code.indexOf(u'"', i + 1));
        } else if (c == u'[') {
            // [h] is a duration in hours; others are colours, conditions and languages.
            const qsizetype end = code.indexOf(u']', i);
            const QString inside = code.mid(i + 1, end - i - 1).toLower();
            time = time || inside == QLatin1String("h") || inside == QLatin1String("hh");
            i = std::max(i, end);
        } else {
            date = date || c == u'y' || c == u'd';
            time = time || c == u'h' || c == u's';
        }
    }
    return formatOf(date, time);
}

QString formattedCell(double serial, CellFormat format, bool from1904)
{
    const QString plain = QString::number(serial, 'g', 15);
    if (format == CellFormat::kNumber || !std::isfinite(serial) || serial < 0 || serial >= kLastDay)
        return plain;
    const QDate zero = from1904 ? QDate(1904, 1, 1) : QDate(1899, 12, 30);
    const double day = std::floor(serial);
    const qint64 seconds = std::llround((serial - day) * 86400);
    const QDateTime moment = QDateTime(zero.addDays(qint64(day)), QTime(0, 0), Qt::UTC).addSecs(seconds);
    switch (format) {
    case CellFormat::kDate:
        return moment.date().toString(Qt::ISODate);
    case CellFormat::kDateTime:
        return moment.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    case CellFormat::kTime: {
        const qint64 all = std::llround(serial * 86400); // durations may be longer than a day
        return QStringLiteral("%1:%2:%3")
            .arg(all / 3600, 2, 10, QLatin1Char('0'))
            .arg(all / 60 % 60, 2, 10, QLatin1Char('0'))
            .arg(all % 60, 2, 10, QLatin1Char('0'));
    }
    case CellFormat::kNumber:
        break;
    }
    return plain;
}

} // namespace conclave::app
