#include "app/chart/claim_words.h"

#include "app/chart/answer_words.h"

#include <algorithm>
#include <array>

namespace conclave::app
{
namespace
{

constexpr int kFarthestWord = 400; // characters: sentences are shorter

struct Stem
{
    ClaimKind kind;
    const char *text; ///< lower case; matches at the beginning of a word, in Chinese anywhere
};

constexpr std::array kStems{
    Stem{ClaimKind::kMax, "highest"},
    Stem{ClaimKind::kMax, "largest"},
    Stem{ClaimKind::kMax, "maximum"},
    Stem{ClaimKind::kMax, "peak"},
    Stem{ClaimKind::kMax, "biggest"},
    Stem{ClaimKind::kMax, "greatest"},
    Stem{ClaimKind::kMax, "höchst"},
    Stem{ClaimKind::kMax, "größt"},
    Stem{ClaimKind::kMax, "spitzenwert"},
    Stem{ClaimKind::kMax, "最高"},
    Stem{ClaimKind::kMax, "最大"},
    Stem{ClaimKind::kMax, "最多"},
    Stem{ClaimKind::kMax, "峰值"},
    Stem{ClaimKind::kMin, "lowest"},
    Stem{ClaimKind::kMin, "smallest"},
    Stem{ClaimKind::kMin, "minimum"},
    Stem{ClaimKind::kMin, "least"},
    Stem{ClaimKind::kMin, "fewest"},
    Stem{ClaimKind::kMin, "niedrigst"},
    Stem{ClaimKind::kMin, "kleinst"},
    Stem{ClaimKind::kMin, "geringst"},
    Stem{ClaimKind::kMin, "tiefst"},
    Stem{ClaimKind::kMin, "最低"},
    Stem{ClaimKind::kMin, "最小"},
    Stem{ClaimKind::kMin, "最少"},
    Stem{ClaimKind::kTotal, "total"},
    Stem{ClaimKind::kTotal, "sum"},
    Stem{ClaimKind::kTotal, "altogether"},
    Stem{ClaimKind::kTotal, "together"},
    Stem{ClaimKind::kTotal, "insgesamt"},
    Stem{ClaimKind::kTotal, "gesamt"},
    Stem{ClaimKind::kTotal, "summe"},
    Stem{ClaimKind::kTotal, "zusammen"},
    Stem{ClaimKind::kTotal, "总"},
    Stem{ClaimKind::kTotal, "合计"},
    Stem{ClaimKind::kTotal, "共"},
    Stem{ClaimKind::kMean, "average"},
    Stem{ClaimKind::kMean, "mean"},
    Stem{ClaimKind::kMean, "durchschnitt"},
    Stem{ClaimKind::kMean, "mittel"},
    Stem{ClaimKind::kMean, "平均"},
    Stem{ClaimKind::kRange, "range"},
    Stem{ClaimKind::kRange, "spread"},
    Stem{ClaimKind::kRange, "spannweite"},
    Stem{ClaimKind::kRange, "极差"},
    Stem{ClaimKind::kDifference, "differ"},
    Stem{ClaimKind::kDifference, "apart"},
    Stem{ClaimKind::kDifference, "gap"},
    Stem{ClaimKind::kDifference, "differenz"},
    Stem{ClaimKind::kDifference, "unterschied"},
    Stem{ClaimKind::kDifference, "相差"},
    Stem{ClaimKind::kDifference, "差距"},
    Stem{ClaimKind::kTimes, "times"},
    Stem{ClaimKind::kTimes, "mal so"},
    Stem{ClaimKind::kTimes, "fache"},
    Stem{ClaimKind::kTimes, "倍"},
    Stem{ClaimKind::kRise, "rises"},
    Stem{ClaimKind::kRise, "rose"},
    Stem{ClaimKind::kRise, "increase"},
    Stem{ClaimKind::kRise, "grew"},
    Stem{ClaimKind::kRise, "grows"},
    Stem{ClaimKind::kRise, "steigt"},
    Stem{ClaimKind::kRise, "stieg"},
    Stem{ClaimKind::kRise, "wächst"},
    Stem{ClaimKind::kRise, "上升"},
    Stem{ClaimKind::kRise, "增长"},
    Stem{ClaimKind::kRise, "增加"},
    Stem{ClaimKind::kFall, "falls"},
    Stem{ClaimKind::kFall, "fell"},
    Stem{ClaimKind::kFall, "decrease"},
    Stem{ClaimKind::kFall, "declines"},
    Stem{ClaimKind::kFall, "declined"},
    Stem{ClaimKind::kFall, "sinkt"},
    Stem{ClaimKind::kFall, "sank"},
    Stem{ClaimKind::kFall, "fällt"},
    Stem{ClaimKind::kFall, "fiel"},
    Stem{ClaimKind::kFall, "下降"},
    Stem{ClaimKind::kFall, "减少"},
};

bool beginsWord(const QString &text, qsizetype at)
{
    return at == 0 || isHan(text[at]) || !text[at - 1].isLetter() || isHan(text[at - 1]);
}

qsizetype endOfWord(const QString &text, qsizetype at)
{
    while (at < text.size() && text[at].isLetter() && !isHan(text[at]))
        ++at;
    return at;
}

} // namespace

QVector<ClaimWord> claimWords(const QString &text)
{
    const QString lower = text.toLower();
    if (lower.size() != text.size()) // some letters become two: places would be others
        return {};
    QVector<ClaimWord> out;
    for (const Stem &stem : kStems) {
        const QString word = QString::fromUtf8(stem.text);
        const bool inner = stem.kind == ClaimKind::kTimes; // "dreifache"
        for (qsizetype at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
            if (!inner && !beginsWord(lower, at))
                continue;
            const qsizetype end = isHan(word.front()) ? at + word.size() : endOfWord(lower, at + word.size());
            out.append({stem.kind, int(at), int(end - at)});
        }
    }
    std::sort(out.begin(), out.end(), [](const ClaimWord &a, const ClaimWord &b) { return a.start < b.start; });
    return out;
}

QPair<int, int> sentenceAround(const QString &text, int at)
{
    const auto ends = [&](qsizetype i) {
        static const QString marks = QStringLiteral(";!?\n。；！？");
        if (text[i] == u'.')
            return i + 1 >= text.size() || !text[i + 1].isDigit();
        return marks.contains(text[i]);
    };
    qsizetype begin = at;
    while (begin > std::max(0, at - kFarthestWord) && !ends(begin - 1))
        --begin;
    qsizetype end = at;
    while (end < std::min<qsizetype>(text.size(), at + kFarthestWord) && !ends(end))
        ++end;
    return {int(begin), int(end)};
}

int lastMention(const QString &text, const QString &name, int begin, int end)
{
    if (name.isEmpty())
        return -1;
    for (qsizetype at = text.lastIndexOf(name, end - name.size()); at >= begin; at = at == 0 ? -1 : text.lastIndexOf(name, at - 1)) {
        const qsizetype after = at + name.size();
        const bool whole = beginsWord(text, at) && (after >= text.size() || !text[after].isLetterOrNumber() || isHan(text[after - 1]));
        if (whole && after <= end)
            return int(at);
    }
    return -1;
}

} // namespace conclave::app
