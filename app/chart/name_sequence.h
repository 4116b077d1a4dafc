#pragma once

#include <QDate>
#include <QString>
#include <QVector>

#include <optional>

namespace conclave::app
{

/// Names of rows that go on in equal steps, as years, months, days, clock times and numbers do, so that the next ones are known.
class NameSequence
{
public:
    /// Nothing where the names are not three at least of one kind, written in one way, most of them in equal steps forwards. The first name
    /// counts as right.
    static std::optional<NameSequence> of(const QVector<QString> &names);

    /// The name of a row, counted from the first.
    QString at(int row) const;
    /// Whether all names are those of the sequence.
    bool isWhole(const QVector<QString> &names) const;

private:
    enum class Kind
    {
        kNumbers,
        kTimes,
        kMonths,
        kDays,
    };

    static std::optional<NameSequence> ofNumbers(const QVector<QString> &names);
    static std::optional<NameSequence> ofTimes(const QVector<QString> &names);
    static std::optional<NameSequence> ofDates(const QVector<QString> &names);

    Kind m_kind = Kind::kNumbers;
    double m_first = 0; ///< numbers: the value; times: minutes
    double m_step = 0;  ///< of numbers, minutes, months or days
    int m_decimals = 0;
    QDate m_date;
    QString m_format; ///< of dates
    QString m_language;
};

} // namespace conclave::app
