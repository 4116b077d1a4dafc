#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

#include <QSize>
#include <QString>

#include <memory>

namespace conclave::app
{

/// Reads the chart format (training/MODEL.md) as it streams in, a table with a summary or with an answer; at every moment `reading()` is a
/// valid, if unfinished, result. Hostile or broken text never crashes it: what does not fit is dropped and `complete` stays false.
class ChartParser
{
public:
    /// `imageSize` of the user's image and `modelSize` of the model's input map places back to the user's pixels. With the picture itself,
    /// marks are given to the series whose colour they have once the table is whole (series_match.h).
    ChartParser(QSize imageSize, QSize modelSize, int locStep, engine::ImagePtr picture = nullptr);
    /// For an answer to a question about a table that was read before, or about none.
    explicit ChartParser(const ChartTable &asked);
    ~ChartParser();

    /// Next piece of the answer; `probability` is that of its token.
    void push(QStringView piece, double probability);
    /// No more pieces. `endedByModel`: the model ended its answer itself; engines keep the end mark to themselves.
    void finish(bool endedByModel = false);

    const ChartReading &reading() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app
