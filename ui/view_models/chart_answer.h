#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/replot.h"
#include "ui/view_models/chart_table_model.h"

#include <QColor>
#include <QObject>
#include <QSize>
#include <QStringList>
#include <QUrl>
#include <QVariantList>

#include <functional>
#include <optional>

/// One chart that was read, as the answer card shows it: picture, marks, table, summary with citations; and the edits of its table. GUI
/// thread only.
namespace conclave::ui
{

class ChartAnswer : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by TranscriptModel")
    Q_PROPERTY(QUrl picture READ picture NOTIFY pictureChanged)
    Q_PROPERTY(QSize pictureSize READ pictureSize NOTIFY pictureChanged) ///< pixels, upright
    Q_PROPERTY(QString title READ title NOTIFY headChanged)
    Q_PROPERTY(QString kind READ kind NOTIFY headChanged) ///< "Bar chart, in million euros"
    Q_PROPERTY(QString rowHeader READ rowHeader NOTIFY headChanged)
    Q_PROPERTY(QStringList series READ series NOTIFY headChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged)     ///< plain text
    Q_PROPERTY(QStringList leftOut READ leftOut NOTIFY summaryChanged) ///< statements that are too uncertain for it
    Q_PROPERTY(int citationCount READ citationCount NOTIFY summaryChanged)
    Q_PROPERTY(bool isAnswer READ isAnswer NOTIFY headChanged) ///< the summary answers a question about a chart that was read before
    Q_PROPERTY(bool complete READ complete NOTIFY completeChanged)
    Q_PROPERTY(int rowCount READ rowCount NOTIFY tableChanged)
    Q_PROPERTY(bool editable READ editable NOTIFY tableChanged) ///< its table, once it is complete
    Q_PROPERTY(bool edited READ edited NOTIFY tableChanged)     ///< the table says something else than what was read
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY tableChanged)
    Q_PROPERTY(bool hasOverlay READ hasOverlay NOTIFY tableChanged) ///< the table can be drawn over the picture
    Q_PROPERTY(conclave::ui::ChartTableModel *table READ table CONSTANT)
    Q_PROPERTY(conclave::ui::ChartMarksModel *marks READ marks CONSTANT)

public:
    explicit ChartAnswer(QObject *parent = nullptr);

    void setReading(const app::ChartReading &reading);
    /// `file` is the kept picture the chart was read from; empty: unknown.
    void setPicture(const QString &file);
    /// What keeps an edited table: false, it could not be kept. Without one nothing can be edited.
    using Editor = std::function<bool(const app::ChartTable &)>;
    void setEditor(const Editor &editor) { m_editor = editor; }
    /// Kind, notes and labels in the language that is new.
    void retranslate();
    const app::ChartReading &reading() const { return m_reading; }
    const app::Replot &replot() const { return m_replot; }

    QUrl picture() const { return m_picture; }
    QSize pictureSize() const { return m_pictureSize; }
    QString title() const { return m_reading.table.title; }
    QString kind() const;
    QString rowHeader() const { return m_reading.table.xLabel; }
    QStringList series() const { return m_reading.table.series.toList(); }
    QString summary() const { return m_reading.summary.text; }
    QStringList leftOut() const { return m_reading.summary.leftOut; }
    int citationCount() const { return static_cast<int>(m_reading.summary.citations.size()); }
    bool isAnswer() const { return m_reading.isAnswer; }
    bool complete() const { return m_reading.complete; }
    int rowCount() const { return static_cast<int>(m_reading.table.rows.size()); }
    bool editable() const;
    bool edited() const { return m_reading.asRead.has_value(); }
    bool canUndo() const { return !m_undone.isEmpty(); }
    bool hasOverlay() const { return !m_replot.cells.isEmpty(); }
    ChartTableModel *table() { return &m_table; }
    ChartMarksModel *marks() { return &m_marks; }

    /// `plain` (the summary) with each citation as a link "cite:N"; those in `lit` are underlined and set in bold, unsupported ones take
    /// `warning`, with what the table says behind them.
    Q_INVOKABLE QString richSummary(const QString &plain, const QVariantList &lit, const QColor &link, const QColor &warning) const;
    /// The summary with what the table says behind what does not agree with it.
    Q_INVOKABLE QString spokenSummary() const;
    /// The next link in the direction of `step` (1 or -1), or `citation` where there is none. -1 stands before the first.
    Q_INVOKABLE int nextCitation(int citation, int step) const;
    Q_INVOKABLE int citationSeries(int citation) const; ///< -1: no such citation
    Q_INVOKABLE int citationRow(int citation) const;    ///< -1: the whole series
    /// The marks that it is made of, as points (series, row); -1: all of them.
    Q_INVOKABLE QVariantList citationCells(int citation) const;
    /// Those that are made of a cell; series or row -1: of any in the row, or the series.
    Q_INVOKABLE QVariantList citationsOf(int series, int row) const;
    /// "Mean of Apples: 14", for a tool tip and for readers of the screen.
    Q_INVOKABLE QString citationNote(int citation) const;

    /// Why a number is uncertain, what was changed of it, how far it lies beside its mark; often nothing.
    Q_INVOKABLE QString cellNote(int series, int row) const;
    /// The whole of a cell for readers of the screen.
    Q_INVOKABLE QString cellWords(int series, int row) const;
    /// The next cell with a mark in a direction, or the same one; from nowhere the first. As a point (series, row).
    Q_INVOKABLE QPoint nextMark(int series, int row, int seriesStep, int rowStep) const;
    /// What stands in a cell, to be changed; row -1: the series' name, series -1: the row's.
    Q_INVOKABLE QString typedText(int series, int row) const;
    /// False: it is no number (or name), or could not be kept.
    Q_INVOKABLE bool put(int series, int row, const QString &typed);
    Q_INVOKABLE bool addRow(int at);
    Q_INVOKABLE bool addSeries(int at);
    Q_INVOKABLE bool removeRow(int row);
    Q_INVOKABLE bool removeSeries(int series);
    Q_INVOKABLE void undo();
    Q_INVOKABLE void restore(); ///< the table as it was read

    Q_INVOKABLE QString csv() const { return m_reading.toCsv(); }
    Q_INVOKABLE QString tsv() const { return m_reading.toTsv(); }
    Q_INVOKABLE QString markdown() const { return m_reading.toMarkdown(); }

Q_SIGNALS:
    void pictureChanged();
    void headChanged();
    void summaryChanged();
    void completeChanged();
    void tableChanged();

private:
    const app::ChartCell *cellAt(int series, int row) const;
    bool apply(const std::optional<app::ChartTable> &table);
    bool hasCitation(int citation) const { return citation >= 0 && citation < m_reading.summary.citations.size(); }

    app::ChartReading m_reading;
    app::Replot m_replot;
    QVector<app::ChartTable> m_undone; ///< before each edit, the last one last
    Editor m_editor;
    QUrl m_picture;
    QSize m_pictureSize;
    ChartTableModel m_table;
    ChartMarksModel m_marks;
};

} // namespace conclave::ui
