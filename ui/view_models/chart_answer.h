#pragma once

#include "app/chart/chart_table.h"
#include "ui/view_models/chart_table_model.h"

#include <QColor>
#include <QObject>
#include <QSize>
#include <QStringList>
#include <QUrl>
#include <QVariantList>

/// One chart that was read, as the answer card shows it: picture, marks, table, summary with citations. GUI thread only.
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
    Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged) ///< plain text
    Q_PROPERTY(int citationCount READ citationCount NOTIFY summaryChanged)
    Q_PROPERTY(bool isAnswer READ isAnswer NOTIFY headChanged) ///< the summary answers a question about a chart that was read before
    Q_PROPERTY(bool complete READ complete NOTIFY completeChanged)
    Q_PROPERTY(conclave::ui::ChartTableModel *table READ table CONSTANT)
    Q_PROPERTY(conclave::ui::ChartMarksModel *marks READ marks CONSTANT)

public:
    explicit ChartAnswer(QObject *parent = nullptr);

    void setReading(const app::ChartReading &reading);
    /// `file` is the kept picture the chart was read from; empty: unknown.
    void setPicture(const QString &file);

    QUrl picture() const { return m_picture; }
    QSize pictureSize() const { return m_pictureSize; }
    QString title() const { return m_reading.table.title; }
    QString kind() const;
    QString rowHeader() const { return m_reading.table.xLabel; }
    QStringList series() const { return m_reading.table.series.toList(); }
    QString summary() const { return m_reading.summary.text; }
    int citationCount() const { return static_cast<int>(m_reading.summary.citations.size()); }
    bool isAnswer() const { return m_reading.isAnswer; }
    bool complete() const { return m_reading.complete; }
    ChartTableModel *table() { return &m_table; }
    ChartMarksModel *marks() { return &m_marks; }

    /// `plain` (the summary) with each citation as a link "cite:N"; `active` is underlined and set in bold, unsupported ones take
    /// `warning`.
    Q_INVOKABLE QString richSummary(const QString &plain, int active, const QColor &link, const QColor &warning) const;
    /// The next link in the direction of `step` (1 or -1), or `citation` where there is none. -1 stands before the first.
    Q_INVOKABLE int nextCitation(int citation, int step) const;
    Q_INVOKABLE int citationSeries(int citation) const; ///< -1: no such citation
    Q_INVOKABLE int citationRow(int citation) const;    ///< -1: the whole series
    /// The marks that it is made of, as points (series, row); -1: all of them.
    Q_INVOKABLE QVariantList citationCells(int citation) const;
    /// "Mean of Apples: 14", for a tool tip and for readers of the screen.
    Q_INVOKABLE QString citationNote(int citation) const;

    Q_INVOKABLE QString csv() const { return m_reading.toCsv(); }
    Q_INVOKABLE QString markdown() const { return m_reading.toMarkdown(); }

Q_SIGNALS:
    void pictureChanged();
    void headChanged();
    void summaryChanged();
    void completeChanged();

private:
    QString cellName(const QPoint &cell) const;
    QString cellNames(const app::Citation &citation) const;
    bool hasCitation(int citation) const { return citation >= 0 && citation < m_reading.summary.citations.size(); }

    app::ChartReading m_reading;
    QUrl m_picture;
    QSize m_pictureSize;
    ChartTableModel m_table;
    ChartMarksModel m_marks;
};

} // namespace conclave::ui
