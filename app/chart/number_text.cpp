#include "app/chart/number_text.h"

#include <QLocale>

#include <array>
#include <charconv>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kLongestNumber = 32;   // characters; more is no number on a chart
constexpr double kPlainLimit = 1e15; // beyond, digits would be invented

} // namespace

QString numberText(double value)
{
    if (value == 0)
        return QStringLiteral("0"); // never "-0"
    const char format = std::abs(value) < kPlainLimit && std::abs(value) > 1e-9 ? 'f' : 'g';
    return QString::number(value, format, QLocale::FloatingPointShortest);
}

QString roundedText(double value, int decimals)
{
    if (!std::isfinite(value) || std::abs(value) >= kPlainLimit)
        return numberText(value);
    std::array<char, 64> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
    if (error != std::errc())
        return numberText(value);
    QString text = QString::fromLatin1(digits.data(), end - digits.data());
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

int decimalsOf(QStringView written)
{
    const qsizetype point = written.indexOf(u'.');
    return point < 0 ? 0 : int(written.size() - point - 1);
}

std::optional<double> parseNumber(QStringView text)
{
    text = text.trimmed();
    if (text.isEmpty() || text.size() > kLongestNumber)
        return std::nullopt;
    int digits = 0;
    int points = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t c = text[i].unicode();
        if (c >= u'0' && c <= u'9')
            ++digits;
        else if (c == u'.')
            ++points;
        else if (c != u'-' || i != 0)
            return std::nullopt;
    }
    if (digits == 0 || points > 1)
        return std::nullopt;
    bool ok = false;
    const double value = text.toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

QString withUnit(const QString &number, const QString &unit)
{
    if (unit.isEmpty())
        return number;
    static const QString currencies = QStringLiteral("$€£¥");
    if (unit.size() == 1 && currencies.contains(unit))
        return number.startsWith(u'-') ? u'-' + unit + number.mid(1) : unit + number;
    const char16_t first = unit.front().unicode();
    const bool glued = first == u'%' || first == u'°' || first > 0x2E80; // Chinese units have no space in front
    return glued ? number + unit : number + u' ' + unit;
}

} // namespace conclave::app
