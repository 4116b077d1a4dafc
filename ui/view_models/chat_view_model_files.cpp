#include "app/chart/chart_svg.h"
#include "app/chart/table_workbook.h"
#include "app/log/error_text.h"
#include "ui/chart/chart_overlay.h"
#include "ui/chart/overlay_painter.h"
#include "ui/code/code_language.h"
#include "ui/experts/expert_map.h"
#include "ui/math/math_layout.h"
#include "ui/view_models/chat_view_model.h"

#include <QBuffer>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPainter>
#include <QSaveFile>
#include <QStandardPaths>
#include <QtMath>

/// Conversations, code and charts on their way out of the program and into it.
namespace conclave::ui
{

namespace
{

constexpr int kExportPixelSize = 16;
constexpr int kFileNameLength = 60;

/// For exports: twice as large as it is shown, black on nothing.
app::FormulaPicture drawFormula(const QString &latex, bool display)
{
    constexpr int kScale = 2;
    const auto formula = parseLatex(latex);
    if (!formula) {
        return {};
    }
    const MathBox box = layOutMath(*formula, kExportPixelSize, display);
    app::FormulaPicture out;
    out.picture = QImage(QSize(qCeil(box.width) + 2, qCeil(box.height()) + 2) * kScale, QImage::Format_ARGB32_Premultiplied);
    if (out.picture.isNull()) {
        return {};
    }
    out.picture.fill(Qt::transparent);
    QPainter painter(&out.picture);
    painter.scale(kScale, kScale);
    painter.setPen(Qt::black);
    box.paint(painter, {1, box.ascent + 1});
    out.below = box.descent;
    return out;
}

/// Among the user's documents, named after what it holds.
QUrl documentNamed(QString name, const QString &ending)
{
    for (QChar &character : name) {
        const bool allowed = character.isLetterOrNumber() || character == u' ' || character == u'-' || character == u'_';
        character = allowed ? character : QChar(u'_');
    }
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    return QUrl::fromLocalFile(documents.filePath(name.left(kFileNameLength).trimmed() + u'.' + ending));
}

QByteArray pngOf(const QImage &picture)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    return picture.save(&buffer, "PNG") ? bytes : QByteArray();
}

} // namespace

void ChatViewModel::drawFormulasOfExports()
{
    m_transfer.setFormulaDrawer(drawFormula);
}

void ChatViewModel::copy(const QString &text) const
{
    QGuiApplication::clipboard()->setText(text);
}

QUrl ChatViewModel::exportFile(qint64 conversation, const QString &ending) const
{
    return documentNamed(conversation == 0 ? tr("Conclave conversations") : m_conversations.titleOf(conversation), ending);
}

void ChatViewModel::exportConversation(qint64 conversation, const QUrl &file)
{
    m_controller.saveNow();
    m_transfer.exportTo(conversation == 0 ? QVector<qint64>() : QVector<qint64>{conversation}, file.toLocalFile());
}

void ChatViewModel::importConversations(const QList<QUrl> &files)
{
    QStringList paths;
    for (const QUrl &file : files) {
        paths.append(file.toLocalFile());
    }
    m_transfer.importFrom(paths);
}

void ChatViewModel::cancelTransfer()
{
    m_transfer.cancel();
}

bool ChatViewModel::saveText(const QUrl &file, const QString &text)
{
    return saveBytes(file, text.toUtf8());
}

bool ChatViewModel::saveBytes(const QUrl &file, const QByteArray &bytes)
{
    const QString path = file.toLocalFile();
    QSaveFile out(path);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit()) {
        return true;
    }
    report(tr("%1 could not be written: %2. Choose another place.").arg(QDir::toNativeSeparators(path), out.errorString()));
    return false;
}

QUrl ChatViewModel::codeFile(const QString &language) const
{
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    return QUrl::fromLocalFile(documents.filePath(QStringLiteral("code.") + languageOf(language).fileEnding));
}

QUrl ChatViewModel::chartFile(ChartAnswer *chart, const QString &ending) const
{
    const QString title = chart ? chart->title().trimmed() : QString();
    return documentNamed(title.isEmpty() ? tr("Chart") : title, ending);
}

QUrl ChatViewModel::expertsFile() const
{
    return documentNamed(tr("Panel of experts"), QStringLiteral("png"));
}

bool ChatViewModel::saveExperts(const QUrl &file, const QVariantMap &inks)
{
    constexpr int kNumbers = 15;
    return m_experts.view() &&
           saveBytes(file, pngOf(expertPage(*m_experts.view(), expertLookOf(inks, kNumbers), modelName(), m_experts.summary())));
}

bool ChatViewModel::saveChart(ChartAnswer *chart, const QUrl &file, const QVariantList &inks)
{
    if (!chart) {
        return false;
    }
    const QString ending = QFileInfo(file.toLocalFile()).suffix().toLower();
    if (ending == QLatin1String("xlsx")) {
        auto book = app::tableWorkbook(chart->reading());
        if (!book) {
            report(app::errorText(book.error()));
            return false;
        }
        return saveBytes(file, *book);
    }
    if (ending == QLatin1String("svg")) {
        return saveBytes(file, app::chartSvg(chart->reading().table));
    }
    if (ending == QLatin1String("png")) {
        const QByteArray picture = pngOf(pictureWithOverlay(chart->picture().toLocalFile(), chart->replot(), colorsOf(inks)));
        if (picture.isEmpty()) {
            report(tr("The picture of the chart can no longer be read, so it was not saved. Attach it again and have it read anew."));
            return false;
        }
        return saveBytes(file, picture);
    }
    return saveText(file, ending == QLatin1String("md") ? chart->markdown() : ending == QLatin1String("tsv") ? chart->tsv() : chart->csv());
}

} // namespace conclave::ui
