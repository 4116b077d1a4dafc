# Turns a binary file of 32-bit little-endian words into a C++ array.
# Usage: cmake -DINPUT=<file> -DOUTPUT=<header> -DNAME=<constant> -DNAMESPACE=<namespace> -P embed_words.cmake

file(READ "${INPUT}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR rest "${digits} % 8")
if(digits EQUAL 0 OR rest)
    message(FATAL_ERROR "embed_words: ${INPUT} is not made of 32-bit words")
endif()
string(REGEX REPLACE "(..)(..)(..)(..)" "0x\\4\\3\\2\\1U," words "${hex}")
string(REPEAT "[^,]+," 12 line)
string(REGEX REPLACE "(${line})" "\\1\n" words "${words}")
file(WRITE "${OUTPUT}" "#pragma once
#include <cstdint>
namespace ${NAMESPACE}
{
inline constexpr std::uint32_t ${NAME}[] = {
${words}
};
}
")
