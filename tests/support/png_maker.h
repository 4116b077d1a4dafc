#pragma once

#include <QByteArray>

/// PNG files that no program would write, byte by byte.
namespace conclave::tests
{

/// A whole and valid grey PNG, all black, without ever holding its pixels: 20,000 x 20,000 takes a few hundred kB.
QByteArray makeBlankPng(quint32 width, quint32 height);

/// Only the header of an RGB PNG and the beginning of its data.
QByteArray makePngHeader(quint32 width, quint32 height);

} // namespace conclave::tests
