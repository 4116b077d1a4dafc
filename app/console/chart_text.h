#pragma once

#include "app/chart/chart_table.h"
#include "app/inference/inference_worker.h"

#include <QJsonArray>
#include <QString>

/// A chart's reading as text for a terminal.
namespace conclave::app
{

/// Title, aligned table, summary with what the table says instead of it.
QString chartText(const ChartReading &reading);

/// What the summary says and the table does not: [{"said": "90", "table": "86.5 kg"}, ...]; "table" is null where nothing tells what it
/// says instead.
QJsonArray disagreements(const ChartSummary &summary);

/// "image 120 ms · first token 0.31 s · 312 tokens · 85.1 tokens/s · experts 93 % · memory 210 MB · energy 12.1 J"
QString figuresText(const AnswerEnd &end);

} // namespace conclave::app
