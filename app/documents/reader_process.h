#pragma once

#include "app/documents/document.h"

#include <QStringList>

#include <functional>

/// Runs conclave-reader, which lies beside the program: what a hostile PDF or SVG file does to it, it does to a process with little memory
/// and time that holds nothing of ours and can be ended at any moment.
namespace conclave::app
{

/// Blocks until the reader has read `input` or is ended: by the stop token, by the clock (two minutes), or because `take`, which hears of
/// each piece of its output, has had enough and returns false (then the outcome is kBadFormat: too much text). Errors name the file
/// (`name`) and what to do: kBadFormat, kCancelled, kOutOfMemory, kFileNotFound (no reader).
engine::Result<engine::Done> runReader(const QStringList &arguments, const QByteArray &input, const QString &name,
                                       const ReadControl &control, const std::function<bool(const QByteArray &)> &take);

/// The same for what comes as one file.
engine::Result<QByteArray> runReader(const QStringList &arguments, const QByteArray &input, const QString &name,
                                     const ReadControl &control);

} // namespace conclave::app
