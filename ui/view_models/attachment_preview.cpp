#include "ui/view_models/attachment_preview.h"

#include "app/documents/document_text.h"
#include "ui/view_models/attachment_words.h"

#include <QLocale>

namespace conclave::ui
{

namespace
{

enum PartRole
{
    kNameRole = Qt::UserRole,
    kChosenRole,
    kEmptyRole,
};

QVector<PreviewPart> partsOf(const DraftAttachments::Draft &draft)
{
    QVector<PreviewPart> parts;
    if (!draft.document || (draft.document->parts.size() == 1 && draft.document->parts.front().name.isEmpty() &&
                            draft.document->kind != app::DocumentKind::kPdf)) {
        return parts;
    }
    for (qsizetype i = 0; i < draft.document->parts.size(); ++i) {
        const app::DocumentPart &part = draft.document->parts[i];
        const QString name = part.name.isEmpty() ? AttachmentPreview::tr("Page %1").arg(QLocale().toString(i + 1)) : part.name;
        parts.append({name, draft.chosen[i], part.text.trimmed().isEmpty()});
    }
    return parts;
}

} // namespace

QVariant PreviewPartsModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const PreviewPart &part = values()[index.row()];
    switch (role) {
    case kNameRole:
        return part.name;
    case kChosenRole:
        return part.chosen;
    case kEmptyRole:
        return part.empty;
    default:
        return {};
    }
}

QHash<int, QByteArray> PreviewPartsModel::roleNames() const
{
    return {{kNameRole, "name"}, {kChosenRole, "chosen"}, {kEmptyRole, "empty"}};
}

AttachmentPreview::AttachmentPreview(DraftAttachments &drafts, QObject *parent) : QObject(parent), m_drafts(drafts)
{
    connect(&drafts, &DraftAttachments::changed, this, [this](int id) {
        if (m_shown && id == m_draft) {
            follow();
        }
    });
    connect(&drafts, &DraftAttachments::countChanged, this, [this] {
        if (m_draft != 0 && !std::as_const(m_drafts).find(m_draft)) {
            close();
        }
    });
}

void AttachmentPreview::show(bool shown)
{
    m_shown = shown;
    Q_EMIT shownChanged();
}

void AttachmentPreview::openDraft(int row)
{
    const DraftAttachments::Draft *draft = std::as_const(m_drafts).find(m_drafts.idAt(row));
    if (!draft || !draft->isRead) {
        return;
    }
    m_draft = draft->id;
    m_current = static_cast<int>(qMax(qsizetype(0), draft->chosen.indexOf(true)));
    m_drawn = -1;
    m_picture.clear();
    follow();
    show(true);
}

void AttachmentPreview::openSent(const app::StoredDocument &document)
{
    m_draft = 0;
    m_current = 0;
    m_drawable = false;
    m_asPictures = false;
    m_parts.sync({});
    m_name = document.name;
    m_detail = kindInWords(document.kind);
    if (!document.parts.isEmpty()) {
        m_detail += QStringLiteral(" · ") +
                    (document.kind == app::DocumentKind::kSpreadsheet ? tr("sheets %1") : tr("pages %1")).arg(document.parts);
    }
    m_notes = tr("This is what the model was told of it.");
    m_text = document.text;
    m_picture.clear();
    Q_EMIT contentChanged();
    show(true);
}

void AttachmentPreview::close()
{
    m_draft = 0;
    m_text.clear();
    m_picture.clear();
    show(false);
}

int AttachmentPreview::chosenCount() const
{
    int count = 0;
    for (const PreviewPart &part : m_parts.values()) {
        count += part.chosen ? 1 : 0;
    }
    return count;
}

/// Everything anew from the draft.
void AttachmentPreview::follow()
{
    const DraftAttachments::Draft *draft = std::as_const(m_drafts).find(m_draft);
    if (!draft) {
        return;
    }
    m_name = draft->name;
    m_drawable = draft->document && draft->document->kind == app::DocumentKind::kPdf && m_drafts.takesImages();
    m_asPictures = draft->asPictures;
    m_notes = draft->document ? draft->document->notes.text() : QString();
    m_parts.sync(partsOf(*draft));
    QStringList detail;
    if (draft->document) {
        detail.append(kindInWords(draft->document->kind));
    } else {
        detail.append(QStringLiteral("%1 × %2").arg(draft->image->picture.width()).arg(draft->image->picture.height()));
    }
    if (draft->tokens >= 0) {
        detail.append(tokensInWords(draft->tokens));
    }
    m_detail = detail.join(QStringLiteral(" · "));
    showPart(*draft);
    Q_EMIT contentChanged();
}

void AttachmentPreview::showPart(const DraftAttachments::Draft &draft)
{
    if (draft.image) {
        if (m_picture.isEmpty()) {
            m_picture = pictureUrl(draft.image->picture, kShownPixels);
        }
        return;
    }
    m_text = draft.document->parts.value(m_current).text;
    if (draft.asPictures || m_text.trimmed().isEmpty()) {
        showPage(draft);
    } else {
        m_picture.clear();
        m_drawn = -1;
    }
}

void AttachmentPreview::showPage(const DraftAttachments::Draft &draft)
{
    if (m_drawn == m_current || draft.document->kind != app::DocumentKind::kPdf) {
        return;
    }
    m_drawn = m_current;
    m_picture.clear();
    if (const auto known = draft.pictures.constFind(m_current); known != draft.pictures.constEnd()) {
        m_picture = pictureUrl(known->picture, kShownPixels);
        return;
    }
    m_drafts.drawPage(m_draft, m_current, kShownPixels, [this, id = m_draft, page = m_current](const QByteArray &png) {
        if (m_draft == id && m_drawn == page && !png.isEmpty()) {
            m_picture = QStringLiteral("data:image/png;base64,") + QString::fromLatin1(png.toBase64());
            Q_EMIT contentChanged();
        }
    });
}

void AttachmentPreview::setCurrent(int part)
{
    if (part >= 0 && part < partCount() && part != m_current) {
        m_current = part;
        follow();
    }
}

void AttachmentPreview::setAsPictures(bool asPictures)
{
    m_drafts.setAsPictures(m_draft, asPictures);
}

void AttachmentPreview::turn(int part)
{
    if (const DraftAttachments::Draft *draft = std::as_const(m_drafts).find(m_draft); draft && part >= 0 && part < draft->chosen.size()) {
        QVector<bool> parts = draft->chosen;
        parts[part] = !parts[part];
        m_drafts.choose(m_draft, parts);
    }
    follow(); // also when it was refused: one part stays chosen
}

void AttachmentPreview::chooseAll()
{
    m_drafts.choose(m_draft, QVector<bool>(partCount(), true));
}

void AttachmentPreview::chooseOnlyCurrent()
{
    QVector<bool> parts(partCount(), false);
    if (m_current < parts.size()) {
        parts[m_current] = true;
    }
    m_drafts.choose(m_draft, parts);
}

} // namespace conclave::ui
