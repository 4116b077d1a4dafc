#pragma once

#include "engine/base/result.h"
#include "engine/grammar/grammar.h"

#include <string_view>

namespace conclave::engine
{

/// Turns a JSON schema into a grammar of the JSON texts that fit it.
///
/// Understood: type (also a list), enum, const; properties and required (written in the order of `properties`), additionalProperties;
/// items, prefixItems, minItems, maxItems; minLength, maxLength, or pattern without look-around, back references and counts of characters
/// at once; integer minimum, maximum, exclusiveMinimum, exclusiveMaximum; anyOf, oneOf (taken as anyOf), allOf whose parts don't
/// contradict each other; $ref within the schema, recursion included; true and {}: any value. Where properties are listed,
/// additionalProperties counts as false when absent, so that nothing unasked is written. Annotations, format among them, are ignored.
/// Numbers are kept within what a double holds; object keys that are not listed have no escapes.
///
/// kInvalidRequest with the JSON pointer of what is wrong or not understood (not, if, patternProperties, uniqueItems, ...); also for a text
/// over 256 KiB, schemas nested deeper than 64, and what GrammarBuilder refuses.
Result<Grammar> parseJsonSchema(std::string_view text);

} // namespace conclave::engine
