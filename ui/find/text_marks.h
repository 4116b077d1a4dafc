#pragma once

#include "ui/once_later.h"

#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QRectF>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// Where in the document of a TextEdit something occurs, to be drawn over it: one rectangle for each line that an occurrence lies on. GUI
/// thread only.
namespace conclave::ui
{

class TextMarks : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *target READ target WRITE setTarget NOTIFY targetChanged)
    Q_PROPERTY(QString needle MEMBER m_needle NOTIFY wantedChanged) ///< folded; empty: nothing is marked
    Q_PROPERTY(int current MEMBER m_current NOTIFY wantedChanged)   ///< the occurrence that is meant, from 0; -1: none of these
    Q_PROPERTY(QVariantList places READ places NOTIFY placed)       ///< of {"place", "current"}, in the document's coordinates
    Q_PROPERTY(QRectF currentPlace READ currentPlace NOTIFY placed) ///< first line of the occurrence that is meant; empty: there is none

public:
    explicit TextMarks(QObject *parent = nullptr);

    QQuickTextDocument *target() const { return m_target; }
    void setTarget(QQuickTextDocument *target);
    QVariantList places() const { return m_places; }
    QRectF currentPlace() const { return m_currentPlace; }

    /// Looks up anew where they are, after the text was laid out for another width.
    Q_INVOKABLE void place();

Q_SIGNALS:
    void targetChanged();
    void wantedChanged();
    void placed();

private:
    void add(int begin, int length, bool current);

    QPointer<QQuickTextDocument> m_target;
    QString m_needle;
    int m_current = -1;
    QVariantList m_places;
    QRectF m_currentPlace;
    OnceLater m_again{this, [this] { place(); }};
};

} // namespace conclave::ui
