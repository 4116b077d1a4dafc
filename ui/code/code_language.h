#pragma once

#include <QSet>
#include <QString>
#include <QStringView>

/// What the colouring of code needs to know of a language.
namespace conclave::ui
{

struct CodeLanguage
{
    QString name;       ///< as people write it: "C++"
    QString fileEnding; ///< of a saved block, without the dot
    QSet<QString> keywords;
    QSet<QString> types; ///< and constants
    QString lineComment; ///< empty: none
    QString secondLineComment;
    QString blockOpen; ///< of comments
    QString blockClose;
    QString quotes = QStringLiteral("\"'"); ///< what begins and ends strings within a line
    bool tripleQuotes = false;              ///< Python
    bool backQuotes = false;                ///< strings over several lines: JavaScript, Go
    bool foldsCase = false;                 ///< SQL
    bool markup = false;                    ///< HTML and XML
    bool keys = false;                      ///< YAML: what stands before a colon
    bool dollars = false;                   ///< shell: $NAME is a variable
    bool lifetimes = false;                 ///< Rust: 'a is no string
};

/// The language of a fence ("cpp", "c++"); one without keywords for a name that is not known.
const CodeLanguage &languageOf(QStringView fence);

} // namespace conclave::ui
