#include "app/chart/name_sequence.h"

#include "app/chart/number_text.h"

#include <QLocale>
#include <QTime>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace conclave::app
{
namespace
{

constexpr int kLeastNames = 3;
constexpr int kMonthsAYear = 12;
constexpr int kMinutesAnHour = 60;
constexpr int kHoursADay = 24;
constexpr double kEven = 1e-6;      // of a step, that steps of numbers may differ by
constexpr double kAlikeSteps = 0.6; // of all steps, that are alike

const char *const kLanguages[] = {"en", "de", "zh"};
const char *const kMonthFormats[] = {"yyyy-MM", "MM/yyyy", "yyyy/M", "MMM yyyy", "MMM yy", "MMM-yy", "MMMM yyyy", "yyyy'年'M'月'"};
const char *const kDayFormats[] = {"yyyy-MM-dd", "dd.MM.yyyy", "dd.MM.yy", "M/d/yyyy"};

/// The step from most of the values to the next; nothing where they do not go on forwards and evenly.
std::optional<double> usualStep(const QVector<double> &values)
{
    QVector<double> steps;
    for (int i = 1; i < values.size(); ++i)
        steps.append(values[i] - values[i - 1]);
    std::sort(steps.begin(), steps.end());
    const double usual = steps[steps.size() / 2];
    const auto even = std::count_if(steps.begin(), steps.end(), [&](double step) { return std::abs(step - usual) <= kEven * usual; });
    return usual > 0 && double(even) >= kAlikeSteps * double(steps.size()) ? std::optional(usual) : std::nullopt;
}

QTime timeOf(const QString &name)
{
    return QTime::fromString(name, QStringLiteral("hh:mm"));
}

double monthOf(const QDate &date)
{
    return date.year() * kMonthsAYear + date.month();
}

} // namespace

std::optional<NameSequence> NameSequence::of(const QVector<QString> &names)
{
    if (names.size() < kLeastNames)
        return std::nullopt;
    for (const auto &kind : {ofNumbers, ofTimes, ofDates}) {
        if (auto found = kind(names))
            return found;
    }
    return std::nullopt;
}

bool NameSequence::isWhole(const QVector<QString> &names) const
{
    for (int row = 0; row < names.size(); ++row) {
        if (names[row] != at(row))
            return false;
    }
    return true;
}

std::optional<NameSequence> NameSequence::ofNumbers(const QVector<QString> &names)
{
    NameSequence out;
    QVector<double> values;
    for (const QString &name : names) {
        const auto value = parseNumber(name);
        if (!value || (!values.isEmpty() && decimalsOf(name) != out.m_decimals))
            return std::nullopt;
        out.m_decimals = decimalsOf(name);
        values.append(*value);
    }
    const auto step = usualStep(values);
    if (!step)
        return std::nullopt;
    out.m_first = values.front();
    out.m_step = *step;
    return out;
}

std::optional<NameSequence> NameSequence::ofTimes(const QVector<QString> &names)
{
    NameSequence out;
    out.m_kind = Kind::kTimes;
    QVector<double> minutes;
    for (const QString &name : names) {
        const QTime time = timeOf(name);
        if (!time.isValid())
            return std::nullopt;
        minutes.append(time.hour() * kMinutesAnHour + time.minute());
    }
    const auto step = usualStep(minutes);
    if (!step)
        return std::nullopt;
    out.m_first = minutes.front();
    out.m_step = *step;
    return out;
}

std::optional<NameSequence> NameSequence::ofDates(const QVector<QString> &names)
{
    const auto tried = [&](const char *language, const char *format, Kind kind) -> std::optional<NameSequence> {
        const QLocale locale{QLatin1String(language)};
        NameSequence out;
        out.m_kind = kind;
        out.m_format = QString::fromUtf8(format);
        out.m_language = QLatin1String(language);
        QVector<double> places;
        for (const QString &name : names) {
            const QDate date = locale.toDate(name, out.m_format);
            if (!date.isValid())
                return std::nullopt;
            places.append(kind == Kind::kMonths ? monthOf(date) : double(date.toJulianDay()));
        }
        const auto step = usualStep(places);
        if (!step)
            return std::nullopt;
        out.m_date = locale.toDate(names.front(), out.m_format);
        out.m_step = *step;
        return out;
    };
    for (const char *language : kLanguages) {
        for (const char *format : kMonthFormats) {
            if (auto found = tried(language, format, Kind::kMonths))
                return found;
        }
        for (const char *format : kDayFormats) {
            if (auto found = tried(language, format, Kind::kDays))
                return found;
        }
    }
    return std::nullopt;
}

QString NameSequence::at(int row) const
{
    const double steps = row * m_step;
    switch (m_kind) {
    case Kind::kNumbers:
        return QString::number(m_first + steps, 'f', m_decimals);
    case Kind::kTimes: {
        const int minutes = int(m_first + steps) % (kHoursADay * kMinutesAnHour);
        return QTime(minutes / kMinutesAnHour, minutes % kMinutesAnHour).toString(QStringLiteral("hh:mm"));
    }
    case Kind::kMonths:
        return QLocale(m_language).toString(m_date.addMonths(int(steps)), m_format);
    case Kind::kDays:
        return QLocale(m_language).toString(m_date.addDays(qint64(steps)), m_format);
    }
    std::abort();
}

} // namespace conclave::app
