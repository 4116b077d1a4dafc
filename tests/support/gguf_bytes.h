#pragma once

#include <QByteArray>

/// Pieces of GGUF files that no program would write, byte by byte.
namespace conclave::tests
{

inline QByteArray littleEndian(quint64 value, int bytes)
{
    QByteArray out;
    for (int i = 0; i < bytes; ++i)
        out.append(char(value >> (8 * i)));
    return out;
}

/// A string as GGUF holds it: its length, then its bytes.
inline QByteArray ggufText(const QByteArray &text)
{
    return littleEndian(quint64(text.size()), 8) + text;
}

} // namespace conclave::tests
