#include "app/chart/claim_check.h"

#include "app/chart/answer_words.h"
#include "app/chart/claim_words.h"
#include "app/chart/number_text.h"
#include "app/chart/series_values.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace conclave::app
{
namespace
{

constexpr int kTimesDecimals = 2;
constexpr int kMostTrends = 100; // that are looked up: a summary has a few

/// What a number may be: an operation on the table, with its result.
struct Candidate
{
    QString operation;
    int series = -1;
    int row = -1;
    double value = 0;
    QVector<QPoint> cells;
    int decimals = 0;
};

/// Whether `written` is `value` rounded to the digits that were written.
bool agrees(double value, const QString &written)
{
    const double step = std::pow(10.0, -decimalsOf(written));
    return std::abs(value - written.toDouble()) <= step / 2 + std::abs(value) * 1e-9;
}

/// The sentence of a claim, and what of the table it names.
struct Sentence
{
    Sentence(const ChartTable &shown, const QString &whole, const QVector<ClaimWord> &all, int at) : table(shown), text(whole)
    {
        std::tie(begin, end) = sentenceAround(whole, at);
        for (const ClaimWord &word : all) {
            if (word.start >= begin && word.start + word.length <= end)
                words.append(word);
        }
    }

    /// The series named last before `at`, or else anywhere; the only one needs no name.
    int series(int at) const
    {
        return table.series.size() == 1 ? 0 : named(int(table.series.size()), at, [this](int i) { return table.series[i]; });
    }
    int row(int at) const
    {
        return named(int(table.rows.size()), at, [this](int i) { return table.rows[i].name; });
    }
    /// The last word before `at`, or the first behind it.
    std::optional<ClaimWord> wordFor(int at) const
    {
        std::optional<ClaimWord> out;
        for (const ClaimWord &word : words) {
            if (word.start < at || !out)
                out = word;
        }
        return out;
    }
    QVector<int> rowsNamed() const
    {
        QVector<QPair<int, int>> found;
        for (int i = 0; i < table.rows.size(); ++i) {
            if (const int at = lastMention(text, table.rows[i].name, begin, end); at >= 0)
                found.append({at, i});
        }
        std::sort(found.begin(), found.end());
        QVector<int> out;
        for (const auto &[at, row] : found)
            out.append(row);
        return out;
    }

    const ChartTable &table;
    const QString &text;
    int begin = 0;
    int end = 0;
    QVector<ClaimWord> words;

private:
    template <typename NameOf>
    int named(int count, int at, const NameOf &nameOf) const
    {
        int best = -1;
        int where = -1;
        for (const int until : {at, end}) {
            for (int i = 0; i < count; ++i) {
                const int found = lastMention(text, nameOf(i), begin, until);
                if (found > where || (found == where && best >= 0 && nameOf(i).size() > nameOf(best).size())) {
                    best = found >= 0 ? i : best;
                    where = found;
                }
            }
            if (best >= 0)
                return best;
        }
        return -1;
    }
};

void addOfSeries(const ChartTable &table, ClaimKind kind, int series, QVector<Candidate> &out)
{
    const SeriesValues found = valuesOf(table, series);
    if (found.isEmpty())
        return;
    const int decimals = decimalsOf(table, series);
    const auto whole = [&](const char *operation, double value, int more = 0) {
        out.append({QString::fromLatin1(operation), series, -1, value, {{series, -1}}, decimals + more});
    };
    const auto one = [&](const char *operation, qsizetype at) {
        out.append({QString::fromLatin1(operation), series, found.rows[at], found.values[at], {{series, found.rows[at]}}, decimals});
    };
    switch (kind) {
    case ClaimKind::kMax:
        return one("max", found.largest());
    case ClaimKind::kMin:
        return one("min", found.smallest());
    case ClaimKind::kTotal:
        return whole("total", found.sum());
    case ClaimKind::kMean:
        return whole("mean", found.sum() / double(found.values.size()), 1);
    case ClaimKind::kRange:
    case ClaimKind::kDifference:
        return whole("range", found.range());
    default:
        return;
    }
}

const ChartCell *numberAt(const ChartTable &table, int series, int row)
{
    const ChartCell *cell = table.cell(series, row);
    return cell && cell->value ? cell : nullptr;
}

/// Of two cells that a sentence names: how far apart, how many times one is the other.
void addOfTwo(const Sentence &sentence, ClaimKind kind, int series, QVector<Candidate> &out)
{
    const QVector<int> rows = sentence.rowsNamed();
    if (rows.size() != 2 || series < 0)
        return;
    const ChartCell *a = numberAt(sentence.table, series, rows[0]);
    const ChartCell *b = numberAt(sentence.table, series, rows[1]);
    if (!a || !b)
        return;
    const QVector<QPoint> cells{{series, rows[0]}, {series, rows[1]}};
    const auto add = [&](double value, int decimals) { out.append({QStringLiteral("calc"), -1, -1, value, cells, decimals}); };
    if (kind == ClaimKind::kDifference || kind == ClaimKind::kRise || kind == ClaimKind::kFall) {
        add(std::abs(*a->value - *b->value), decimalsOf(sentence.table, series));
    } else if (kind == ClaimKind::kTimes && *a->value != 0 && *b->value != 0) {
        add(*a->value / *b->value, kTimesDecimals);
        add(*b->value / *a->value, kTimesDecimals);
    }
}

/// What the words of the sentence say that the number is, likeliest first.
QVector<Candidate> candidatesFor(const Sentence &sentence, int at)
{
    QVector<Candidate> out;
    const auto word = sentence.wordFor(at);
    const int series = sentence.series(at);
    if (!word)
        return out;
    addOfTwo(sentence, word->kind, series, out);
    for (int i = 0; i < sentence.table.series.size(); ++i) {
        if (series < 0 || i == series)
            addOfSeries(sentence.table, word->kind, i, out);
    }
    return out;
}

void cite(const Candidate &candidate, Citation &citation)
{
    citation.operation = candidate.operation;
    citation.series = candidate.series;
    citation.row = candidate.row;
    citation.cells = candidate.cells;
    citation.value = candidate.value;
    citation.supported = true;
}

QString said(const ChartTable &table, const Candidate &candidate)
{
    const bool ratio = candidate.operation == QLatin1String("calc");
    return withUnit(roundedText(candidate.value, candidate.decimals), ratio ? QString() : table.unitOf(candidate.series));
}

/// A cell that holds exactly this number: the one that is named, or the first.
bool citeCell(const ChartTable &table, int series, int row, const QString &written, Citation &citation)
{
    const auto fits = [&](int s, int r) {
        const ChartCell *cell = numberAt(table, s, r);
        return cell && *cell->value == written.toDouble();
    };
    for (int r = 0; r < table.rows.size(); ++r) {
        for (int s = 0; s < table.series.size(); ++s) {
            if ((row < 0 || r == row) && (series < 0 || s == series) && fits(s, r)) {
                citation.series = s;
                citation.row = r;
                citation.cells = {{s, r}};
                return true;
            }
        }
    }
    return false;
}

/// Whether `text` holds `number` as a number of its own: "2019" does not hold "1".
bool mentions(const QString &text, const QString &number)
{
    for (qsizetype at = text.indexOf(number); at >= 0; at = text.indexOf(number, at + 1)) {
        const qsizetype end = at + number.size();
        if ((at == 0 || !text[at - 1].isDigit()) && (end == text.size() || !text[end].isDigit()))
            return true;
    }
    return false;
}

/// A year or a name from the chart's own words, or how many rows or series there are, is no claim about a value.
bool isNoClaim(const ChartTable &table, const QString &written)
{
    const auto names = [&](const QString &text) { return mentions(text, written); };
    const auto counts = [&](qsizetype many) { return many > 1 && written == QString::number(many); };
    return names(table.title) || names(table.xLabel) || names(table.yLabel) || counts(table.rows.size()) || counts(table.series.size()) ||
           std::any_of(table.series.begin(), table.series.end(), names) ||
           std::any_of(table.rows.begin(), table.rows.end(), [&](const ChartRow &row) { return names(row.name); });
}

/// The change over the rows that a sentence names two of, or over the whole series; nothing: it cannot be told.
std::optional<double> changeIn(const Sentence &sentence, int series)
{
    const SeriesValues found = valuesOf(sentence.table, series);
    if (found.values.size() < 2)
        return std::nullopt;
    const QVector<int> rows = sentence.rowsNamed();
    const auto value = [&](int row) { return numberAt(sentence.table, series, row); };
    if (rows.size() == 2 && value(rows[0]) && value(rows[1])) {
        const auto [first, last] = std::minmax(rows[0], rows[1]);
        return *value(last)->value - *value(first)->value;
    }
    return rows.isEmpty() ? std::optional(found.values.back() - found.values.front()) : std::nullopt;
}

} // namespace

Citation ClaimChecker::number(int start, const QString &written) const
{
    Citation citation;
    citation.start = start;
    citation.length = int(written.size());
    citation.operation = QStringLiteral("text");
    citation.series = -1;
    citation.value = written.toDouble();
    const ChartTable &table = m_table;
    const Sentence sentence(table, m_text, m_words, start);
    const QVector<Candidate> candidates = candidatesFor(sentence, start);
    const auto fits = [&](const Candidate &candidate) { return agrees(candidate.value, written); };
    if (const auto found = std::find_if(candidates.begin(), candidates.end(), fits); found != candidates.end()) {
        cite(*found, citation);
        return citation;
    }
    const int series = sentence.series(start);
    const int row = sentence.row(start);
    if (row >= 0 && citeCell(table, series, row, written, citation))
        return citation;
    if (isNoClaim(table, written) || (candidates.isEmpty() && citeCell(table, -1, -1, written, citation)))
        return citation;
    citation.supported = false;
    if (!candidates.isEmpty())
        citation.tableSays = said(table, candidates.front());
    else if (const ChartCell *cell = numberAt(table, series, row); cell && sentence.words.isEmpty())
        citation.tableSays = withUnit(shownNumber(*cell), table.unitOf(series));
    return citation;
}

QVector<Citation> ClaimChecker::contradictedTrends(QStringView language) const
{
    QVector<Citation> out;
    int looked = 0;
    for (const ClaimWord &word : m_words) {
        const bool rise = word.kind == ClaimKind::kRise;
        if (!rise && word.kind != ClaimKind::kFall)
            continue;
        if (++looked > kMostTrends)
            break;
        const Sentence sentence(m_table, m_text, m_words, word.start);
        const int series = sentence.series(word.start);
        const auto change = series < 0 ? std::nullopt : changeIn(sentence, series);
        if (!change)
            continue;
        const bool level = std::abs(*change) <= kLevelShare * valuesOf(m_table, series).range();
        if (!level && rise == (*change > 0))
            continue;
        Citation citation;
        citation.start = word.start;
        citation.length = word.length;
        citation.series = series;
        citation.operation = QStringLiteral("trend");
        citation.cells = {{series, -1}};
        citation.supported = false;
        citation.tableSays = answerWord(level ? AnswerWord::kLevel : *change > 0 ? AnswerWord::kRises : AnswerWord::kFalls, language);
        out.append(citation);
    }
    return out;
}

} // namespace conclave::app
