#pragma once

#include "app/store/conversation_tree.h"

#include <QByteArray>
#include <QHash>
#include <QImage>
#include <QString>

#include <functional>

/// A conversation as a text to be read elsewhere: the branch that is shown, with its pictures and tables.
namespace conclave::app
{

/// A formula as a picture, drawn twice as large as it is to be shown; null: it stays LaTeX. `below`: pixels below the baseline, as shown.
struct FormulaPicture
{
    QImage picture;
    double below = 0;
};
using FormulaDrawer = std::function<FormulaPicture(const QString &latex, bool display)>;

struct ReadableConversation
{
    ConversationTree tree;
    QHash<QString, QByteArray> images; ///< by hash
    FormulaDrawer drawFormula;         ///< may be empty
};

QString conversationToMarkdown(const ReadableConversation &conversation);
/// One file that needs nothing else: pictures are in it, nothing is fetched and nothing runs.
QString conversationToHtml(const ReadableConversation &conversation);
/// Pages of A4. Empty when it could not be made.
QByteArray conversationToPdf(const ReadableConversation &conversation);

} // namespace conclave::app
