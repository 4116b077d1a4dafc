#pragma once

#include "ui/code/code_lexer.h"
#include "ui/once_later.h"

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <QSyntaxHighlighter>
#include <QtQml/qqmlregistration.h>

/// Fills the document of a TextEdit with code and colours it. Code that grows is added to, not laid out anew. GUI thread only.
namespace conclave::ui
{

struct CodeColors
{
    QColor keyword;
    QColor type;
    QColor string;
    QColor number;
    QColor comment;
    QColor name;
};

class CodeHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

    void setLook(const CodeLanguage &language, const CodeColors &colors);

protected:
    void highlightBlock(const QString &text) override;

private:
    const CodeLanguage *m_language = nullptr;
    CodeColors m_colors;
};

class CodeText : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *target READ target WRITE setTarget NOTIFY targetChanged)
    Q_PROPERTY(QString code READ code WRITE setCode NOTIFY codeChanged)
    Q_PROPERTY(QString language MEMBER m_language NOTIFY lookChanged) ///< as on the fence
    Q_PROPERTY(QString languageName READ languageName NOTIFY lookChanged)
    Q_PROPERTY(QColor keyword MEMBER m_keyword NOTIFY lookChanged)
    Q_PROPERTY(QColor type MEMBER m_type NOTIFY lookChanged)
    Q_PROPERTY(QColor string MEMBER m_string NOTIFY lookChanged)
    Q_PROPERTY(QColor number MEMBER m_number NOTIFY lookChanged)
    Q_PROPERTY(QColor comment MEMBER m_comment NOTIFY lookChanged)
    Q_PROPERTY(QColor name MEMBER m_name NOTIFY lookChanged)

public:
    explicit CodeText(QObject *parent = nullptr);

    QQuickTextDocument *target() const { return m_target; }
    void setTarget(QQuickTextDocument *target);
    QString code() const { return m_code; }
    void setCode(const QString &code);
    /// "C++"; what stood on the fence when it is not known.
    QString languageName() const;

Q_SIGNALS:
    void targetChanged();
    void codeChanged();
    void lookChanged();

private:
    void applyLook();
    void fill(const QString &before);

    QPointer<QQuickTextDocument> m_target;
    QPointer<CodeHighlighter> m_highlighter; ///< child of the document
    QString m_code;
    QString m_language;
    QColor m_keyword;
    QColor m_type;
    QColor m_string;
    QColor m_number;
    QColor m_comment;
    QColor m_name;
    OnceLater m_newLook{this, [this] { applyLook(); }};
};

} // namespace conclave::ui
