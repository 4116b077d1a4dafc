#pragma once

#include <QString>

/// How text is cut into words for the search. SQLite's unicode61 tokenizer takes a run of letters for one word, which fits scripts that
/// set spaces; Chinese, Japanese, Thai and the like set none, so their characters are parted by zero-width spaces first and each becomes
/// a word of its own. A search for several of them is then a search for a phrase.
namespace conclave::app
{

/// `text` with zero-width spaces around characters of scripts without spaces; a null string when it has none of these.
QString spacedText(const QString &text);
/// Takes the zero-width spaces out again.
QString unspacedText(const QString &text);

/// What the user typed, as an FTS5 query: every word must occur, the last letters of a word may be missing ("inst" finds "instance").
/// Quotes around words ask for the phrase. Nothing of FTS5's own syntax gets through. Empty: nothing to look for.
QString searchQuery(const QString &typed);

/// Lower case without diacritics, as unicode61 folds: for titles, which are few and compared in memory.
QString foldedText(const QString &text);
/// Whether every word typed begins a word of `text` (or, in scripts without spaces, occurs in it).
bool titleMatches(const QString &title, const QString &typed);

} // namespace conclave::app
