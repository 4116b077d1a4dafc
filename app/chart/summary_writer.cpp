#include "app/chart/summary_writer.h"

#include "app/chart/answer_words.h"
#include "app/chart/claim_check.h"
#include "app/chart/claim_trust.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace conclave::app
{
namespace
{

constexpr qsizetype kLongestSummary = 20'000;
constexpr qsizetype kMostPieces = 400; // of a citation: far more than the model may write
constexpr qsizetype kLongestLiteral = 32;
constexpr qsizetype kMostClaims = 400; // that are looked up: a summary has a dozen numbers

/// Operations that series and row say all about.
bool isPlain(const QString &operation)
{
    static const QStringList kOthers{QStringLiteral("calc"),    QStringLiteral("yesno"), QStringLiteral("larger"),
                                     QStringLiteral("smaller"), QStringLiteral("maxof"), QStringLiteral("minof")};
    return !kOthers.contains(operation);
}

bool isUncertain(const ChartTable &table, const Citation &citation)
{
    static const QStringList kWords{QStringLiteral("trend"), QStringLiteral("yesno"), QStringLiteral("larger"), QStringLiteral("smaller")};
    return citation.supported && !kWords.contains(citation.operation) && trustIn(table, citation) < kTrusted;
}

bool endsSentence(QChar c)
{
    return c == u'.' || c == u'!' || c == u'?';
}

bool isWideEnd(QChar c) // no space follows
{
    return c == QChar(0x3002) || c == QChar(0xFF01) || c == QChar(0xFF1F);
}

} // namespace

void SummaryWriter::text(QStringView text)
{
    if (!m_pieces.isEmpty() && m_pieces.back().mark == QLatin1String("num")) {
        QString &digits = m_pieces.back().digits;
        digits += text.left(std::max<qsizetype>(0, kLongestLiteral - digits.size()));
        return;
    }
    m_pieces.clear();
    write(text);
}

void SummaryWriter::write(QStringView text)
{
    for (const QChar c : text.left(std::max<qsizetype>(0, kLongestSummary - m_summary.text.size()))) {
        if (m_ownWords && c.isSpace() && !m_summary.text.isEmpty() && endsSentence(m_summary.text.back()))
            endSentence();
        if (c.isSpace() && m_summary.text.isEmpty())
            continue;
        const bool doubled = c == u'.' && !m_ownWords && m_summary.text.endsWith(u'.'); // "3 Mrd." ends a sentence with its own point
        m_ownWords = true;
        if (doubled)
            continue;
        m_summary.text += c;
        if (isWideEnd(c))
            endSentence();
    }
}

void SummaryWriter::endSentence()
{
    QString &text = m_summary.text;
    const int begin = std::exchange(m_sentence, int(text.size()));
    const auto isOfIt = [&](const Citation &citation) { return citation.start >= begin; };
    const auto uncertain = [&](const Citation &citation) { return isOfIt(citation) && isUncertain(m_table, citation); };
    if ((m_keepsFirst && begin == 0) || std::none_of(m_summary.citations.begin(), m_summary.citations.end(), uncertain))
        return;
    m_summary.leftOut.append(text.mid(begin).trimmed());
    m_summary.citations.removeIf(isOfIt);
    m_quoted.removeIf([&](const auto &range) { return range.first >= begin; });
    text.truncate(begin);
    m_sentence = begin;
}

void SummaryWriter::mark(const ChartMark &mark)
{
    if (m_pieces.isEmpty() && mark.name == QLatin1String("lang")) {
        m_language = mark.word;
    } else if (m_pieces.isEmpty() && mark.name == QLatin1String("say")) {
        write(sayingText(mark.word));
    } else {
        m_pieces.append({mark.name, mark.index, {}});
        cite();
    }
}

/// Writes the citation that the pieces make up, if they do already.
void SummaryWriter::cite()
{
    CitationReader reader(m_table, m_language, m_pieces);
    const auto outcome = reader.read();
    if (outcome == CitationReader::Outcome::kUnfinished && m_pieces.size() < kMostPieces)
        return;
    if (outcome == CitationReader::Outcome::kWhole)
        append(reader.claim());
    m_pieces.clear();
}

void SummaryWriter::append(const Claim &claim)
{
    if (m_summary.text.size() + claim.text.size() > kLongestSummary)
        return;
    Citation citation = claim.citation;
    citation.start = int(m_summary.text.size());
    citation.length = int(claim.text.size());
    m_summary.text += claim.text;
    m_ownWords = false;
    if (claim.linked || !citation.supported) {
        if (!isPlain(citation.operation))
            citation.expression = expression();
        m_summary.citations.append(citation);
    } else {
        m_quoted.append({citation.start, citation.start + citation.length});
    }
}

QString SummaryWriter::expression() const
{
    QString out;
    for (const CitationPiece &piece : m_pieces) {
        out += u'<' + piece.mark + (piece.index < 0 ? QString() : u':' + QString::number(piece.index)) + u'>' + piece.digits;
    }
    return out;
}

void SummaryWriter::finish()
{
    qsizetype end = m_summary.text.size();
    const qsizetype kept = m_summary.citations.isEmpty() ? 0 : m_summary.citations.back().start + m_summary.citations.back().length;
    while (end > kept && m_summary.text[end - 1].isSpace())
        --end;
    m_summary.text.truncate(end);
    endSentence();
    markPlainNumbers();
}

bool SummaryWriter::isCited(int start, int end) const
{
    const auto &citations = m_summary.citations;
    return std::any_of(citations.begin(), citations.end(),
                       [&](const Citation &c) { return start < c.start + c.length && end > c.start; }) ||
           std::any_of(m_quoted.begin(), m_quoted.end(), [&](const auto &range) { return start < range.second && end > range.first; });
}

/// Every number ought to be a citation; what was written out is checked against what was read.
void SummaryWriter::markPlainNumbers()
{
    static const QRegularExpression number(QStringLiteral("-?[0-9]+(?:\\.[0-9]+)?"));
    const ClaimChecker checker(m_table, m_summary.text);
    QVector<Citation> found;
    for (auto matches = number.globalMatch(m_summary.text); matches.hasNext() && found.size() < kMostClaims;) {
        const auto match = matches.next();
        const int start = int(match.capturedStart());
        const int end = int(match.capturedEnd());
        if (!isCited(start, end))
            found.append(checker.number(start, match.captured()));
    }
    for (const Citation &trend : checker.contradictedTrends(m_language)) {
        if (!isCited(trend.start, trend.start + trend.length))
            found.append(trend);
    }
    m_summary.citations += found;
    std::sort(m_summary.citations.begin(), m_summary.citations.end(),
              [](const Citation &a, const Citation &b) { return a.start < b.start; });
}

} // namespace conclave::app
