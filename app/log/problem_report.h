#pragma once

#include "app/inference/inference_worker.h"
#include "app/log/log_book.h"

#include <QString>

/// What whoever mends the program needs to know of a failure. In English, whatever the window speaks: it is for the makers.
namespace conclave::app
{

/// `problem` is what the user was told. The user's own folder is written as ~; nothing of a conversation is in it.
QString problemReport(const QString &problem, const ModelStatus &model, const QVector<LogLine> &log);

} // namespace conclave::app
