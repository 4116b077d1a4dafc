#pragma once

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QtQml/qqmlregistration.h>

class QTextBlock;
class QTextDocument;
class QTextFrame;

/// Fills the document of a TextEdit with Markdown and sets it well: space between blocks, quiet tables, code on its own ground.
/// Neither HTML nor pictures are recognised, so that an answer can never make the view fetch anything. GUI thread only.
namespace conclave::ui
{

class MarkdownText : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *target READ target WRITE setTarget NOTIFY targetChanged)
    Q_PROPERTY(QString markdown READ markdown WRITE setMarkdown NOTIFY markdownChanged)
    Q_PROPERTY(int spacing MEMBER m_spacing NOTIFY lookChanged) ///< between blocks, pixels
    Q_PROPERTY(QColor line MEMBER m_line NOTIFY lookChanged)    ///< of tables
    Q_PROPERTY(QColor codeGround MEMBER m_codeGround NOTIFY lookChanged)

public:
    explicit MarkdownText(QObject *parent = nullptr);

    QQuickTextDocument *target() const { return m_target; }
    void setTarget(QQuickTextDocument *target);
    QString markdown() const { return m_markdown; }
    void setMarkdown(const QString &markdown);

    /// Puts `markdown` into `document`; the part of the work that needs no TextEdit.
    static void fill(QTextDocument &document, const QString &markdown);

Q_SIGNALS:
    void targetChanged();
    void markdownChanged();
    void lookChanged();

private:
    void show();
    void setBlock(const QTextBlock &block, bool inTable) const;
    void setFrames(QTextFrame *frame) const;

    QPointer<QQuickTextDocument> m_target;
    QString m_markdown;
    int m_spacing = 0;
    QColor m_line;
    QColor m_codeGround;
};

} // namespace conclave::ui
