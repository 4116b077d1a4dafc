#pragma once

#include "ui/view_models/draft_attachments.h"
#include "ui/view_models/value_list_model.h"

#include <QObject>
#include <QtQml/qqmlregistration.h>

/// What the preview shows: an attachment before it is sent, with its pages to choose from, or a document of the transcript as the model was
/// told of it. GUI thread only.
namespace conclave::ui
{

struct PreviewPart
{
    QString name; ///< "Page 3"
    bool chosen = false;
    bool empty = false; ///< has no text
    bool operator==(const PreviewPart &) const = default;
};

class PreviewPartsModel : public ValueListModel<PreviewPart>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AttachmentPreview")

public:
    using ValueListModel::ValueListModel;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
};

class AttachmentPreview : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(bool shown READ shown NOTIFY shownChanged)
    Q_PROPERTY(QString name READ name NOTIFY contentChanged)
    Q_PROPERTY(QString detail READ detail NOTIFY contentChanged) ///< kind, parts, tokens
    Q_PROPERTY(QString notes READ notes NOTIFY contentChanged)   ///< what of it is not told
    Q_PROPERTY(conclave::ui::PreviewPartsModel *parts READ parts CONSTANT)
    Q_PROPERTY(int partCount READ partCount NOTIFY contentChanged)
    Q_PROPERTY(int chosenCount READ chosenCount NOTIFY contentChanged)
    Q_PROPERTY(int current READ current WRITE setCurrent NOTIFY contentChanged) ///< part that is looked at
    Q_PROPERTY(bool editable READ editable NOTIFY contentChanged)               ///< not sent yet: parts can be chosen
    Q_PROPERTY(bool drawable READ drawable NOTIFY contentChanged)               ///< its pages can go as pictures
    Q_PROPERTY(bool asPictures READ asPictures WRITE setAsPictures NOTIFY contentChanged)
    Q_PROPERTY(QString text READ text NOTIFY contentChanged)
    Q_PROPERTY(QString picture READ picture NOTIFY contentChanged) ///< data URL; empty: text is shown, or it is being drawn
    Q_PROPERTY(bool textCut READ textCut NOTIFY contentChanged)    ///< more is told than is shown here

public:
    explicit AttachmentPreview(DraftAttachments &drafts, QObject *parent = nullptr);

    bool shown() const { return m_shown; }
    QString name() const { return m_name; }
    QString detail() const { return m_detail; }
    QString notes() const { return m_notes; }
    PreviewPartsModel *parts() { return &m_parts; }
    int partCount() const { return m_parts.rowCount(); }
    int chosenCount() const;
    int current() const { return m_current; }
    void setCurrent(int part);
    bool editable() const { return m_draft != 0; }
    bool drawable() const { return m_drawable; }
    bool asPictures() const { return m_asPictures; }
    void setAsPictures(bool asPictures);
    QString text() const { return m_text.left(kMostShown); }
    QString picture() const { return m_picture; }
    bool textCut() const { return m_text.size() > kMostShown; }

    Q_INVOKABLE void openDraft(int row);
    void openSent(const app::StoredDocument &document);
    Q_INVOKABLE void close();
    /// What is said of a draft, in the language that is new.
    void retranslate() { follow(); }
    /// Takes a part along or leaves it out.
    Q_INVOKABLE void turn(int part);
    /// All parts, or the one looked at alone.
    Q_INVOKABLE void chooseAll();
    Q_INVOKABLE void chooseOnlyCurrent();

    static constexpr qsizetype kMostShown = 100'000; ///< characters; a text view of more is slow
    static constexpr int kShownPixels = 1400;

Q_SIGNALS:
    void shownChanged();
    void contentChanged();

private:
    void show(bool shown);
    void follow();
    void showPart(const DraftAttachments::Draft &draft);
    void showPage(const DraftAttachments::Draft &draft);

    DraftAttachments &m_drafts;
    PreviewPartsModel m_parts;
    bool m_shown = false;
    int m_draft = 0; ///< id; 0: a sent document
    int m_current = 0;
    int m_drawn = -1; ///< page that m_picture shows
    bool m_drawable = false;
    bool m_asPictures = false;
    QString m_name;
    QString m_detail;
    QString m_notes;
    QString m_text;
    QString m_picture;
};

} // namespace conclave::ui
