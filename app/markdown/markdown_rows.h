#pragma once

#include <QString>
#include <QVector>

/// An answer's Markdown cut into rows that can be shown, laid out and changed one by one: what stands between blank lines together up to
/// a size, and tables, code and displayed formulas each on its own, also inside list items.
namespace conclave::app
{

struct MarkdownRow
{
    enum Kind
    {
        kProse, ///< Markdown
        kTable, ///< Markdown
        kCode,
        kMath, ///< LaTeX of a displayed formula
    };

    Kind kind = kProse;
    QString text;         ///< without the fences and the indentation of the list item around it; ends without a line break
    QString language;     ///< of code, as it was written behind the fence
    int indent = 0;       ///< columns that the row is indented by, because it stands in a list item
    bool begins = true;   ///< a long code block comes in several rows: this is its first
    bool ends = true;     ///< ... its last
    bool closed = true;   ///< false: the fence has no end yet, or never got one
    qsizetype source = 0; ///< where the row begins in the whole text

    bool operator==(const MarkdownRow &) const = default;
};

/// The rows of a text that grows at its end. Whatever the text is, no row holds more than kMostCharacters, and a text that grew costs
/// what was added and its last rows, not the whole.
class MarkdownRows
{
public:
    /// Returns the first row that may differ from before.
    int setText(const QString &text);
    const QVector<MarkdownRow> &rows() const { return m_rows; }
    const QString &text() const { return m_text; }
    /// All of the code block that row `row` belongs to, as it was written.
    QString codeOf(int row) const;

    static constexpr int kMostCharacters = 4000;
    static constexpr int kMostCodeLines = 200;

private:
    /// What a row that is not the first inherits from those before it.
    struct State
    {
        bool inList = false;
        bool inCode = false;
        QChar fence;
        int fenceLength = 0;
        int fenceIndent = 0;
        QString language;
        QString tableHead; ///< of a table that goes on
    };
    friend class MarkdownRowScanner;

    QString m_text;
    QVector<MarkdownRow> m_rows;
    QVector<State> m_states; ///< in which each row begins
};

} // namespace conclave::app
