#pragma once

#include "app/chat_controller.h"
#include "app/documents/attachment.h"

#include <QAbstractListModel>
#include <QHash>
#include <QThreadPool>
#include <QVector>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <optional>

/// The pictures and documents attached to the question being written. Files are read on pool threads and can be given up at any moment;
/// everything else is GUI thread only.
namespace conclave::ui
{

class DraftAttachments : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(bool reading READ reading NOTIFY readingChanged) ///< files are being read or pages drawn

public:
    enum Role
    {
        kNameRole = Qt::UserRole, ///< QString: file name
        kThumbnailRole,           ///< QString: data URL of a small PNG; empty: none
        kKindRole,                ///< QString: "PDF", "Text", … in capitals for a chip; empty for pictures
        kDetailRole,              ///< QString: "pages 1-3 · 1,240 tokens"
        kReadingRole,             ///< bool
        kProgressRole,            ///< double, 0 to 1
    };

    /// A file that was read, and what of it is to be sent.
    struct Draft
    {
        int id = 0;
        QString name;
        std::stop_source stop;
        bool isRead = false;
        double progress = 0;
        std::optional<app::LoadedImage> image; ///< a picture,
        std::optional<app::Document> document; ///< or a document with
        QVector<bool> chosen;                  ///< its parts that go along,
        bool asPictures = false;               ///< drawn instead of told,
        QHash<int, app::LoadedImage> pictures; ///< drawn so far
        QString thumbnail;
        int tokens = -1;       ///< not counted
        QString kept;          ///< hash of its file in the data folder; empty: it is not there
        app::DraftFile before; ///< how it was left, until it is read again
    };

    /// `folder`: the data folder, where files are kept until they are sent. Empty: they are not kept.
    explicit DraftAttachments(const QString &folder, QObject *parent = nullptr);
    ~DraftAttachments() override;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_drafts.size()); }
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return rowCount(); }
    bool reading() const { return m_jobs > 0; }

    /// Whether the model takes pictures, and nothing else: then pages are drawn from the start.
    void setModel(bool takesImages, bool imagesOnly);
    void addFile(const QString &path);
    void addPicture(const QImage &picture, const QString &name);
    /// A part of the picture in a file, in shares of its width and height.
    void addRegion(const QString &path, const QRectF &region);
    void removeAt(int row); ///< also one that is still being read
    void clear();

    /// Every conversation has its own. What this run knows of that one is shown; if nothing, `stored` is read again.
    void showConversation(qint64 conversation, const QVector<app::DraftFile> &stored);
    /// What is attached belongs to another conversation from now on.
    void moveTo(qint64 conversation) { m_conversation = conversation; }
    qint64 conversation() const { return m_conversation; }
    /// What is to be kept for a conversation: what was read.
    QVector<app::DraftFile> files(qint64 conversation) const;

    const Draft *find(int id) const;
    int idAt(int row) const { return row >= 0 && row < count() ? m_drafts[row].id : 0; }
    bool takesImages() const { return m_takesImages; }
    void choose(int id, const QVector<bool> &chosen);
    void setAsPictures(int id, bool asPictures);
    /// Draws a page for being looked at.
    void drawPage(int id, int page, int pixels, const std::function<void(const QByteArray &png)> &done);

    /// What is to be sent, in order: pictures of pages are pictures.
    QVector<app::LoadedImage> images() const;
    QVector<app::OutgoingDocument> documents() const;
    app::DraftTurn measured(const QString &text) const;
    int mostExpensive() const; ///< row; -1: none costs anything
    void setCosts(const app::ContextUse &use);

    static constexpr int kMaxPagePictures = 16; ///< of one document

Q_SIGNALS:
    void countChanged();
    void readingChanged();
    void contentChanged();                 ///< of what is to be sent
    void lateContent(qint64 conversation); ///< a file was read for a conversation that is no longer open
    void changed(int id);
    void failed(const QString &message);

private:
    using Loader = std::function<engine::Result<app::Attachment>(const app::ReadControl &)>;

    void begin(const QString &name, const Loader &load, const app::DraftFile &before = {});
    void restore(const app::DraftFile &file);
    QString keep(const app::Attachment &attachment) const;
    void loaded(int id, const engine::Result<app::Attachment> &attachment, const QString &kept);
    void drop(int id);
    void take(Draft &draft, const app::Attachment &attachment);
    void setProgress(int id, double progress);
    void drawChosen(Draft &draft);
    void drawn(int id, int page, const engine::Result<app::LoadedImage> &picture);
    void run(const std::function<void()> &work);
    void jobDone();
    Draft *find(int id);
    int rowOf(int id) const;
    void tellChanged(int id);
    QString detailOf(const Draft &draft) const;

    QString m_folder;
    QVector<Draft> m_drafts;
    QHash<qint64, QVector<Draft>> m_elsewhere; ///< of other conversations
    qint64 m_conversation = 0;
    int m_lastId = 0;
    int m_jobs = 0;
    bool m_takesImages = true;
    bool m_imagesOnly = false;
    QThreadPool m_readers; ///< last member: its threads end before anything they use
};

} // namespace conclave::ui
