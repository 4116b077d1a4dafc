#pragma once

#include "ui/markdown/markdown_builder.h"
#include "ui/once_later.h"

#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QRectF>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// Fills the document of a TextEdit with Markdown, and says where formulas, bars and lines are to be drawn over it. GUI thread only.
namespace conclave::ui
{

class MarkdownText : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *target READ target WRITE setTarget NOTIFY targetChanged)
    Q_PROPERTY(QString markdown READ markdown WRITE setMarkdown NOTIFY markdownChanged)
    Q_PROPERTY(int pixelSize MEMBER m_pixelSize NOTIFY lookChanged)
    Q_PROPERTY(int spacing MEMBER m_spacing NOTIFY lookChanged) ///< between blocks, pixels
    Q_PROPERTY(QString codeFamily MEMBER m_codeFamily NOTIFY lookChanged)
    Q_PROPERTY(QColor line MEMBER m_line NOTIFY lookChanged) ///< of tables
    Q_PROPERTY(QColor codeGround MEMBER m_codeGround NOTIFY lookChanged)
    Q_PROPERTY(QColor quiet MEMBER m_quiet NOTIFY lookChanged)
    Q_PROPERTY(QColor link MEMBER m_link NOTIFY lookChanged)
    Q_PROPERTY(QVariantList formulas READ formulas NOTIFY placed) ///< of {"x", "baseline", "latex", "display"}
    Q_PROPERTY(QVariantList bars READ bars NOTIFY placed)         ///< rectangles beside quotations
    Q_PROPERTY(QVariantList rules READ rules NOTIFY placed)       ///< heights of lines across
    Q_PROPERTY(QString plain READ plain NOTIFY markdownChanged)   ///< for readers of the screen

public:
    explicit MarkdownText(QObject *parent = nullptr);

    QQuickTextDocument *target() const { return m_target; }
    void setTarget(QQuickTextDocument *target);
    QString markdown() const { return m_markdown; }
    void setMarkdown(const QString &markdown);
    QVariantList formulas() const { return m_formulas; }
    QVariantList bars() const { return m_bars; }
    QVariantList rules() const { return m_rules; }
    QString plain() const;

    /// Looks up anew where things are, after the text was laid out for another width.
    Q_INVOKABLE void place();
    /// What is between two positions of the text, formulas as LaTeX.
    Q_INVOKABLE QString textBetween(int begin, int end) const;

Q_SIGNALS:
    void targetChanged();
    void markdownChanged();
    void lookChanged();
    void placed();

private:
    void show();
    QVariantMap formulaAt(const FormulaPlace &formula) const;

    QPointer<QQuickTextDocument> m_target;
    QString m_markdown;
    BuiltMarkdown m_built;
    QVariantList m_formulas;
    QVariantList m_bars;
    QVariantList m_rules;
    int m_pixelSize = 14;
    int m_spacing = 0;
    QString m_codeFamily;
    QColor m_line;
    QColor m_codeGround;
    QColor m_quiet;
    QColor m_link;
    OnceLater m_newLook{this, [this] { show(); }};
    bool m_showing = false;
};

} // namespace conclave::ui
