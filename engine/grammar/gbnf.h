#pragma once

#include "engine/base/result.h"
#include "engine/grammar/grammar.h"

#include <string_view>

namespace conclave::engine
{

/// Reads a grammar in GBNF, the notation of llama.cpp: rules `name ::= ...`, "literals", [character classes] with ranges and ^, `.` for
/// any character, groups, alternatives |, repetition ? * + {m} {m,} {m,n}, comments from # to the end of the line; escapes \n \r \t \\ \"
/// \[ \] \- \^ \xHH \uHHHH \UHHHHHHHH (code points). A rule goes on over the end of a line inside of a group and behind ::= and |. The
/// answer is what the rule `root` derives. kInvalidRequest with line and column; also for a text over 256 KiB, groups nested deeper than
/// 64, and what GrammarBuilder refuses.
Result<Grammar> parseGbnf(std::string_view text);

} // namespace conclave::engine
