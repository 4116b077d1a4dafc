#pragma once

#include "app/transfer/conversation_text.h"

namespace conclave::app
{

/// Markdown as HTML. HTML in it is text, links are only to the web and mail, pictures are links; what a model writes can fetch nothing.
QString markdownToHtml(const QString &markdown, const FormulaDrawer &drawFormula);

} // namespace conclave::app
