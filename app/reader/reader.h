#pragma once

#include "app/documents/reader_protocol.h"

#include <QByteArray>
#include <QFile>
#include <QImage>
#include <QStringList>

/// What conclave-reader can read. Every function writes to `out` and returns an Exit.
namespace conclave::app::reader
{

int readPdf(const QByteArray &pdf, const QStringList &arguments, QFile &out);
int drawSvg(const QByteArray &svg, QFile &out);

/// All of it, at once.
bool write(QFile &out, const QByteArray &bytes);
/// The picture on white paper.
int writePng(const QImage &picture, QFile &out);

} // namespace conclave::app::reader
