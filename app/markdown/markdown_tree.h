#pragma once

#include <QString>

#include <vector>

/// What a row of Markdown means, as a tree. Read with md4c; HTML is text, nesting beyond kMostDepth is flattened.
namespace conclave::app
{

struct MarkdownNode
{
    enum Type
    {
        kDocument,
        // Blocks
        kParagraph,
        kHeading, ///< number: level, 1 to 6
        kQuote,
        kBullets,
        kNumbers, ///< number: of the first item
        kItem,    ///< number: -1, or of a task 0 (open) or 1 (done)
        kCodeBlock,
        kRule,
        kTable,
        kTableRow,
        kHeadCell, ///< number: Qt::Alignment, horizontal
        kCell,     ///< number: as kHeadCell
        // What stands in them
        kText,
        kBreak,
        kEmphasis,
        kStrong,
        kStruck,
        kCode,
        kLink,    ///< url
        kPicture, ///< url; never fetched
        kFormula, ///< text: LaTeX; number: 1 when it was meant to be displayed
    };

    Type type = kDocument;
    QString text;
    QString url;
    int number = 0;
    std::vector<MarkdownNode> children;
};

inline constexpr int kMostMarkdownDepth = 24;

MarkdownNode readMarkdown(const QString &markdown);

/// Of a node and all below it, formulas as LaTeX.
QString plainText(const MarkdownNode &node);

} // namespace conclave::app
