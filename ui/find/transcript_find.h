#pragma once

#include "ui/view_models/transcript_rows.h"

#include <QHash>
#include <QTextDocument>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <utility>

/// Finds words in the open conversation, as they are shown: a piece at a time between two frames, so that a chat of any length never holds
/// the window up. GUI thread only.
namespace conclave::ui
{

class TranscriptFind : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(bool open READ isOpen NOTIFY openChanged)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY typedChanged)
    Q_PROPERTY(QString needle READ needle NOTIFY typedChanged)    ///< as TextMarks wants it; empty while it is closed
    Q_PROPERTY(bool searching READ searching NOTIFY foundChanged) ///< there may be more
    Q_PROPERTY(int count READ count NOTIFY foundChanged)          ///< so far
    Q_PROPERTY(int number READ number NOTIFY currentChanged)      ///< of the one that is shown, from 1; 0: none
    Q_PROPERTY(int row READ row NOTIFY currentChanged)            ///< of the TranscriptRows; -1: none
    Q_PROPERTY(int inRow READ inRow NOTIFY currentChanged)        ///< which of the row's, from 0; -1: none

public:
    explicit TranscriptFind(TranscriptRows &rows, QObject *parent = nullptr);

    bool isOpen() const { return m_open; }
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString needle() const { return m_needle; }
    bool searching() const { return m_next < m_rows.count() && !m_needle.isEmpty(); }
    int count() const { return static_cast<int>(m_hits.size()); }
    int number() const { return m_current + 1; }
    int row() const { return m_current < 0 ? -1 : m_hits[m_current].row; }
    int inRow() const { return m_current < 0 ? -1 : m_hits[m_current].inRow; }

    /// Begins at row `from`, with what was typed the last time.
    Q_INVOKABLE void begin(int from);
    Q_INVOKABLE void close();
    /// Shows the next one, or the one before with -1; after the last comes the first.
    Q_INVOKABLE void step(int by);

    static constexpr int kSliceMilliseconds = 4;   ///< of a frame's 16
    static constexpr int kPauseMilliseconds = 250; ///< between looks at an answer that grows

Q_SIGNALS:
    void openChanged();
    void typedChanged();
    void foundChanged();
    void currentChanged();
    void shown(); ///< the current one is to be brought into sight

private:
    /// In the order of the conversation.
    struct Hit
    {
        int row = 0;
        int inRow = 0;

        auto operator<=>(const Hit &) const = default;
    };

    void restart(Hit from, bool show);
    void slice();
    void search(int row);
    void choose();
    QString textOf(int row);
    QString shownMarkdown(const QString &markdown);

    TranscriptRows &m_rows;
    bool m_open = false;
    QString m_typed;
    QString m_needle;
    QVector<Hit> m_hits;
    int m_next = 0; ///< first row that was not searched
    int m_current = -1;
    Hit m_from; ///< from here on the first one is shown
    bool m_show = false;
    QHash<QString, QString> m_shown; ///< Markdown, and what one sees of it; while it is open
    QTextDocument m_scratch;
    QTimer m_slices;
    QTimer m_changed;
};

} // namespace conclave::ui
