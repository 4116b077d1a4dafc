#pragma once

#include "app/markdown/markdown_tree.h"

#include <QColor>
#include <QFont>
#include <QTextBlockFormat>
#include <QTextCharFormat>
#include <QTextCursor>
#include <QVector>

class QTextDocument;

/// Sets a tree of Markdown in a document: hanging lists, quiet tables, code on its own ground, room for formulas. Nothing in it is ever
/// fetched: pictures are their descriptions.
namespace conclave::ui
{

struct MarkdownLook
{
    int pixelSize = 14;
    int spacing = 8; ///< between blocks, pixels
    QString codeFamily;
    QColor line;
    QColor codeGround;
    QColor quiet; ///< quotations
    QColor link;
};

/// Room left in the document for a formula, which is drawn over it.
struct FormulaPlace
{
    int position = 0; ///< of the character that stands for it
    QString latex;
    QString written; ///< with marks, for copies
    bool display = false;
};

/// Blocks of a quotation, which have a bar beside them.
struct QuotePlace
{
    int firstBlock = 0;
    int lastBlock = 0;
    int left = 0; ///< pixels
};

struct BuiltMarkdown
{
    QVector<FormulaPlace> formulas;
    QVector<QuotePlace> quotes;
    QVector<int> rules; ///< blocks with a line through them
};

/// Replaces all of `document`.
BuiltMarkdown buildMarkdown(QTextDocument &document, const app::MarkdownNode &tree, const MarkdownLook &look);

/// Only these links can be followed: web and mail.
bool isFollowable(const QString &url);

} // namespace conclave::ui
