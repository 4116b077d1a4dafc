#include "ui/view_models/draft_attachments.h"

#include "app/documents/document_text.h"
#include "app/documents/pdf_document.h"
#include "app/log/error_text.h"
#include "app/store/content_files.h"
#include "ui/view_models/attachment_words.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr int kThumbnailSide = 128; // shown at up to 56 units: sharp at twice the density
constexpr double kProgressStep = 0.02;
constexpr auto kImages = "/images"; // in the data folder
constexpr auto kDocuments = "/documents";

bool isPdf(const DraftAttachments::Draft &draft)
{
    return draft.document && draft.document->kind == app::DocumentKind::kPdf;
}

bool hasText(const app::Document &document)
{
    return std::any_of(document.parts.begin(), document.parts.end(),
                       [](const app::DocumentPart &part) { return !part.text.trimmed().isEmpty(); });
}

QVector<app::LoadedImage> picturesOf(const DraftAttachments::Draft &draft)
{
    if (draft.image) {
        return {*draft.image};
    }
    QVector<app::LoadedImage> pictures;
    for (int page = 0; draft.asPictures && page < draft.chosen.size(); ++page) {
        if (draft.chosen[page] && draft.pictures.contains(page)) {
            pictures.append(draft.pictures[page]);
        }
    }
    return pictures;
}

/// The first `most` of what is chosen.
QVector<bool> atMost(QVector<bool> chosen, int most)
{
    for (bool &part : chosen) {
        part = part && most > 0;
        most -= part ? 1 : 0;
    }
    return chosen;
}

} // namespace

DraftAttachments::DraftAttachments(const QString &folder, QObject *parent) : QAbstractListModel(parent), m_folder(folder)
{
    m_readers.setMaxThreadCount(2);
}

DraftAttachments::~DraftAttachments()
{
    m_elsewhere.insert(m_conversation, m_drafts);
    for (QVector<Draft> &drafts : m_elsewhere) {
        for (Draft &draft : drafts) {
            draft.stop.request_stop();
        }
    }
    m_readers.clear();
    m_readers.waitForDone();
}

QVariant DraftAttachments::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_drafts.size()) {
        return {};
    }
    const Draft &draft = m_drafts[index.row()];
    switch (role) {
    case kNameRole:
        return draft.name;
    case kThumbnailRole:
        return draft.thumbnail;
    case kKindRole:
        return draft.document ? kindInWords(draft.document->kind) : QString();
    case kDetailRole:
        return detailOf(draft);
    case kReadingRole:
        return !draft.isRead;
    case kProgressRole:
        return draft.progress;
    default:
        return {};
    }
}

QHash<int, QByteArray> DraftAttachments::roleNames() const
{
    return {{kNameRole, "name"},     {kThumbnailRole, "thumbnail"}, {kKindRole, "kind"},
            {kDetailRole, "detail"}, {kReadingRole, "reading"},     {kProgressRole, "progress"}};
}

QString DraftAttachments::detailOf(const Draft &draft) const
{
    if (!draft.isRead) {
        return tr("Reading…");
    }
    QStringList words;
    if (draft.document && draft.document->parts.size() > 1) {
        words.append(partsInWords(draft.document->kind, draft.document->parts.size(), app::partsInWords(draft.chosen)));
    }
    if (draft.asPictures) {
        words.append(tr("as pictures"));
    }
    if (draft.tokens >= 0) {
        words.append(tokensInWords(draft.tokens));
    }
    return words.join(QStringLiteral(" · "));
}

void DraftAttachments::setModel(bool takesImages, bool imagesOnly)
{
    m_takesImages = takesImages;
    m_imagesOnly = imagesOnly;
}

void DraftAttachments::addFile(const QString &path)
{
    begin(QFileInfo(path).fileName(), [path](const app::ReadControl &control) { return app::loadAttachment(path, control); });
}

void DraftAttachments::addPicture(const QImage &picture, const QString &name)
{
    begin(name, [picture, name](const app::ReadControl &) -> engine::Result<app::Attachment> {
        auto image = app::loadImagePicture(picture, name);
        if (!image) {
            return image.takeError();
        }
        return app::Attachment{name, *image, {}};
    });
}

void DraftAttachments::addRegion(const QString &path, const QRectF &region)
{
    const QString name = tr("Region of the picture");
    begin(name, [path, region, name](const app::ReadControl &) -> engine::Result<app::Attachment> {
        auto file = app::loadImageFile(path);
        if (!file) {
            return file.takeError();
        }
        const QImage &whole = file->picture;
        const QRectF pixels(region.x() * whole.width(), region.y() * whole.height(), region.width() * whole.width(),
                            region.height() * whole.height());
        auto image = app::loadImagePicture(whole.copy(pixels.toAlignedRect().intersected(whole.rect())), name);
        if (!image) {
            return image.takeError();
        }
        return app::Attachment{name, *image, {}};
    });
}

/// A file that was attached before the program ended.
void DraftAttachments::restore(const app::DraftFile &file)
{
    const app::ContentFiles kept(m_folder + (file.picture ? QLatin1String(kImages) : QLatin1String(kDocuments)));
    const QString path = kept.path(file.hash);
    begin(
        file.name,
        [path, name = file.name](const app::ReadControl &control) -> engine::Result<app::Attachment> {
            QFile in(path);
            if (path.isEmpty() || !in.open(QIODevice::ReadOnly)) {
                return app::failure(engine::ErrorCode::kFileNotFound,
                                    tr("%1 was attached here and is no longer in the data folder. Attach it again.").arg(name));
            }
            return app::loadAttachmentBytes(in.readAll(), name, control);
        },
        file);
}

/// On a pool thread. A file that cannot be kept can be sent all the same; it does not outlive the program.
QString DraftAttachments::keep(const app::Attachment &attachment) const
{
    if (m_folder.isEmpty()) {
        return {};
    }
    const app::ContentFiles files(m_folder + (attachment.image ? QLatin1String(kImages) : QLatin1String(kDocuments)));
    const auto kept = files.keep(attachment.image ? attachment.image->fileBytes : attachment.document->fileBytes);
    return kept ? *kept : (app::errorText(kept.error()), QString());
}

void DraftAttachments::begin(const QString &name, const Loader &load, const app::DraftFile &before)
{
    Draft draft;
    draft.before = before;
    draft.id = ++m_lastId;
    draft.name = name;
    const std::stop_token token = draft.stop.get_token();
    beginInsertRows({}, count(), count());
    m_drafts.append(draft);
    endInsertRows();
    Q_EMIT countChanged();
    run([this, id = draft.id, token, load] {
        double told = 0;
        const app::ReadControl control{token, [this, id, &told](double progress) {
                                           if (progress - told >= kProgressStep) {
                                               told = progress;
                                               QMetaObject::invokeMethod(
                                                   this, [this, id, progress] { setProgress(id, progress); }, Qt::QueuedConnection);
                                           }
                                       }};
        const engine::Result<app::Attachment> attachment = load(control);
        const QString kept = attachment ? keep(*attachment) : QString();
        QMetaObject::invokeMethod(
            this, [this, id, attachment, kept] { loaded(id, attachment, kept); }, Qt::QueuedConnection);
    });
}

/// `work` runs on a pool thread and ends with a call to this object's thread, which calls jobDone.
void DraftAttachments::run(const std::function<void()> &work)
{
    ++m_jobs;
    Q_EMIT readingChanged();
    m_readers.start(work);
}

void DraftAttachments::jobDone()
{
    --m_jobs;
    Q_EMIT readingChanged();
}

void DraftAttachments::loaded(int id, const engine::Result<app::Attachment> &attachment, const QString &kept)
{
    Draft *draft = find(id);
    if (draft && attachment.ok()) {
        draft->kept = kept;
        take(*draft, *attachment);
        tellChanged(id);
        if (rowOf(id) >= 0) {
            Q_EMIT contentChanged();
        }
    } else if (draft) {
        drop(id);
        if (attachment.error().code != engine::ErrorCode::kCancelled) {
            Q_EMIT failed(app::errorText(attachment.error()));
        }
    }
    for (auto there = m_elsewhere.constBegin(); draft && there != m_elsewhere.constEnd(); ++there) {
        if (std::any_of(there->begin(), there->end(), [id](const Draft &one) { return one.id == id; })) {
            Q_EMIT lateContent(there.key());
        }
    }
    jobDone();
}

/// What could not be read goes, wherever it is.
void DraftAttachments::drop(int id)
{
    removeAt(rowOf(id));
    for (QVector<Draft> &drafts : m_elsewhere) {
        drafts.removeIf([id](const Draft &draft) { return draft.id == id; });
    }
}

void DraftAttachments::take(Draft &draft, const app::Attachment &attachment)
{
    draft.isRead = true;
    draft.progress = 1;
    draft.image = attachment.image;
    draft.document = attachment.document;
    if (draft.image) {
        draft.thumbnail = pictureUrl(draft.image->picture, kThumbnailSide);
        return;
    }
    draft.chosen = QVector<bool>(draft.document->parts.size(), true);
    if (draft.before.chosen.size() == draft.chosen.size()) { // as it was left
        std::transform(draft.before.chosen.begin(), draft.before.chosen.end(), draft.chosen.begin(), [](QChar c) { return c == u'1'; });
        draft.asPictures = draft.before.asPictures && isPdf(draft) && m_takesImages;
        drawChosen(draft);
    } else if (isPdf(draft) && m_takesImages && (m_imagesOnly || !hasText(*draft.document))) {
        draft.asPictures = true;
        draft.chosen = atMost(draft.chosen, m_imagesOnly ? 1 : 4);
        drawChosen(draft);
    }
}

void DraftAttachments::setProgress(int id, double progress)
{
    if (Draft *draft = find(id); draft && !draft->isRead && rowOf(id) >= 0) {
        draft->progress = progress;
        const QModelIndex row = index(rowOf(id));
        Q_EMIT dataChanged(row, row, {kProgressRole});
    }
}

void DraftAttachments::removeAt(int row)
{
    if (row < 0 || row >= m_drafts.size()) {
        return;
    }
    m_drafts[row].stop.request_stop();
    beginRemoveRows({}, row, row);
    m_drafts.remove(row);
    endRemoveRows();
    Q_EMIT countChanged();
    Q_EMIT contentChanged();
}

void DraftAttachments::clear()
{
    if (m_drafts.isEmpty()) {
        return;
    }
    for (Draft &draft : m_drafts) {
        draft.stop.request_stop();
    }
    beginResetModel();
    m_drafts.clear();
    endResetModel();
    Q_EMIT countChanged();
    Q_EMIT contentChanged();
}

void DraftAttachments::showConversation(qint64 conversation, const QVector<app::DraftFile> &stored)
{
    beginResetModel();
    if (!m_drafts.isEmpty()) {
        m_elsewhere.insert(m_conversation, m_drafts);
    }
    m_conversation = conversation;
    const bool known = m_elsewhere.contains(conversation);
    m_drafts = m_elsewhere.take(conversation);
    endResetModel();
    if (!known && !m_folder.isEmpty()) {
        for (const app::DraftFile &file : stored) {
            restore(file);
        }
    }
    Q_EMIT countChanged();
    Q_EMIT contentChanged();
}

QVector<app::DraftFile> DraftAttachments::files(qint64 conversation) const
{
    QVector<app::DraftFile> out;
    const QVector<Draft> drafts = conversation == m_conversation ? m_drafts : m_elsewhere.value(conversation);
    for (const Draft &draft : drafts) {
        if (!draft.isRead && !draft.before.hash.isEmpty()) {
            out.append(draft.before); // it is being read again
        } else if (!draft.kept.isEmpty()) {
            QString chosen;
            for (const bool part : draft.chosen) {
                chosen += part ? u'1' : u'0';
            }
            out.append({draft.kept, draft.name, draft.image.has_value(), chosen, draft.asPictures});
        }
    }
    return out;
}

int DraftAttachments::rowOf(int id) const
{
    const auto found = std::find_if(m_drafts.begin(), m_drafts.end(), [id](const Draft &draft) { return draft.id == id; });
    return found == m_drafts.end() ? -1 : static_cast<int>(found - m_drafts.begin());
}

DraftAttachments::Draft *DraftAttachments::find(int id)
{
    if (const int row = rowOf(id); row >= 0) {
        return &m_drafts[row];
    }
    for (QVector<Draft> &drafts : m_elsewhere) {
        for (Draft &draft : drafts) {
            if (draft.id == id) {
                return &draft;
            }
        }
    }
    return nullptr;
}

const DraftAttachments::Draft *DraftAttachments::find(int id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_drafts[row];
}

void DraftAttachments::tellChanged(int id)
{
    if (rowOf(id) < 0) {
        return; // of a conversation that is not shown
    }
    const QModelIndex row = index(rowOf(id));
    Q_EMIT dataChanged(row, row);
    Q_EMIT changed(id);
}

void DraftAttachments::choose(int id, const QVector<bool> &chosen)
{
    Draft *draft = find(id);
    if (!draft || !draft->document || chosen.size() != draft->chosen.size() || !chosen.contains(true)) {
        return;
    }
    draft->chosen = chosen;
    draft->tokens = -1;
    drawChosen(*draft);
    tellChanged(id);
    Q_EMIT contentChanged();
}

void DraftAttachments::setAsPictures(int id, bool asPictures)
{
    Draft *draft = find(id);
    if (!draft || !isPdf(*draft) || draft->asPictures == asPictures || (asPictures && !m_takesImages)) {
        return;
    }
    draft->asPictures = asPictures;
    draft->tokens = -1;
    drawChosen(*draft);
    tellChanged(id);
    Q_EMIT contentChanged();
}

/// Pages that go as pictures and are not drawn yet. Of more than are allowed the first ones stay chosen, and the user is told.
void DraftAttachments::drawChosen(Draft &draft)
{
    if (!draft.asPictures) {
        return;
    }
    if (draft.chosen.count(true) > kMaxPagePictures) {
        draft.chosen = atMost(draft.chosen, kMaxPagePictures);
        Q_EMIT failed(
            tr("At most %1 pages of a document go as pictures; the first ones of %2 are chosen.").arg(kMaxPagePictures).arg(draft.name));
    }
    for (int page = 0; page < draft.chosen.size(); ++page) {
        if (!draft.chosen[page] || draft.pictures.contains(page)) {
            continue;
        }
        const QString name = tr("%1, page %2").arg(draft.name).arg(page + 1);
        run([this, id = draft.id, page, name, bytes = draft.document->fileBytes, token = draft.stop.get_token()] {
            const auto draw = [&]() -> engine::Result<app::LoadedImage> {
                auto png = app::pdfPagePicture(bytes, page, app::kPagePixels, name, {token});
                if (!png) {
                    return png.takeError();
                }
                return app::loadImageBytes(*png, name);
            };
            const engine::Result<app::LoadedImage> picture = draw();
            QMetaObject::invokeMethod(
                this, [this, id, page, picture] { drawn(id, page, picture); }, Qt::QueuedConnection);
        });
    }
}

void DraftAttachments::drawn(int id, int page, const engine::Result<app::LoadedImage> &picture)
{
    if (Draft *draft = find(id); draft && picture.ok()) {
        draft->pictures.insert(page, *picture);
        if (draft->thumbnail.isEmpty()) {
            draft->thumbnail = pictureUrl(picture->picture, kThumbnailSide);
        }
        tellChanged(id);
        Q_EMIT contentChanged();
    } else if (draft) {
        Q_EMIT failed(app::errorText(picture.error()));
        draft->chosen[page] = false;
        tellChanged(id);
    }
    jobDone();
}

void DraftAttachments::drawPage(int id, int page, int pixels, const std::function<void(const QByteArray &)> &done)
{
    const Draft *draft = std::as_const(*this).find(id);
    if (!draft || !isPdf(*draft)) {
        return;
    }
    run([this, page, pixels, done, name = draft->name, bytes = draft->document->fileBytes, token = draft->stop.get_token()] {
        auto png = app::pdfPagePicture(bytes, page, pixels, name, {token});
        const QByteArray picture = png ? *png : QByteArray();
        QMetaObject::invokeMethod(
            this,
            [this, done, picture] {
                done(picture);
                jobDone();
            },
            Qt::QueuedConnection);
    });
}

QVector<app::LoadedImage> DraftAttachments::images() const
{
    QVector<app::LoadedImage> images;
    for (const Draft &draft : m_drafts) {
        images.append(picturesOf(draft));
    }
    return images;
}

QVector<app::OutgoingDocument> DraftAttachments::documents() const
{
    QVector<app::OutgoingDocument> documents;
    for (const Draft &draft : m_drafts) {
        if (draft.document && !draft.asPictures) {
            documents.append({{QString(), draft.name, draft.document->kind, app::partsInWords(draft.chosen),
                               app::textOfParts(*draft.document, draft.chosen)},
                              draft.document->fileBytes});
        }
    }
    return documents;
}

app::DraftTurn DraftAttachments::measured(const QString &text) const
{
    app::DraftTurn turn{text, {}, {}};
    for (const app::LoadedImage &image : images()) {
        turn.images.append(image.picture.size());
    }
    for (const app::OutgoingDocument &document : documents()) {
        turn.documents.append(document.told);
    }
    return turn;
}

int DraftAttachments::mostExpensive() const
{
    int found = -1;
    for (int row = 0; row < count(); ++row) {
        const int tokens = m_drafts[row].tokens;
        if (tokens > 0 && (found < 0 || tokens > m_drafts[found].tokens)) {
            found = row;
        }
    }
    return found;
}

/// The costs come in the order of images() and documents().
void DraftAttachments::setCosts(const app::ContextUse &use)
{
    qsizetype image = 0;
    qsizetype document = 0;
    for (Draft &draft : m_drafts) {
        int tokens = 0;
        if (draft.document && !draft.asPictures) {
            tokens = use.documents.value(document++, -1);
        } else {
            for (qsizetype left = picturesOf(draft).size(); left > 0; --left) {
                tokens += use.images.value(image++, 0);
            }
        }
        if (tokens != draft.tokens && draft.isRead) {
            draft.tokens = tokens;
            tellChanged(draft.id);
        }
    }
}

} // namespace conclave::ui
