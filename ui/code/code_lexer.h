#pragma once

#include "ui/code/code_language.h"

#include <QVector>

/// Tells the parts of a line of code apart, for their colours. Line by line, in time that is linear in the line.
namespace conclave::ui
{

enum class CodePart
{
    kPlain,
    kKeyword,
    kType,
    kString,
    kNumber,
    kComment,
    kName, ///< of a tag, a key, a variable, a function that is called
};

struct CodeSpan
{
    int begin = 0;
    int length = 0;
    CodePart part = CodePart::kPlain;

    bool operator==(const CodeSpan &) const = default;
};

/// What a line leaves open for the next: 0 nothing, otherwise a comment or a string.
using CodeState = int;

/// The coloured parts of `line`, in order. `state`: left by the line before; becomes what this line leaves.
QVector<CodeSpan> partsOf(QStringView line, const CodeLanguage &language, CodeState &state);

} // namespace conclave::ui
