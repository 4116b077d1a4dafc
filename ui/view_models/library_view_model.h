#pragma once

#include "app/chat_controller.h"
#include "app/library/model_services.h"
#include "ui/view_models/download_list_model.h"
#include "ui/view_models/forecast_model.h"
#include "ui/view_models/model_list_model.h"

#include <QObject>
#include <QThreadPool>
#include <QUrl>
#include <QVariantList>

/// The library page: models of this machine, the chosen one, what can be fetched. GUI thread only.
namespace conclave::ui
{

class LibraryViewModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(conclave::ui::ModelListModel *models READ models CONSTANT)
    Q_PROPERTY(conclave::ui::DownloadListModel *downloads READ downloads CONSTANT)
    Q_PROPERTY(conclave::ui::ForecastModel *forecast READ forecast CONSTANT)
    Q_PROPERTY(QVariantList catalogue READ catalogue NOTIFY translated) ///< of {"id", "name", "figures", "strengths", "licence", "checked"}
    Q_PROPERTY(bool scanning READ scanning NOTIFY scanningChanged)
    Q_PROPERTY(QStringList folders READ folders NOTIFY foldersChanged) ///< the program's own first
    Q_PROPERTY(QString chosen READ chosen NOTIFY chosenChanged)        ///< file; empty: none
    Q_PROPERTY(QString chosenName READ chosenName NOTIFY chosenChanged)
    Q_PROPERTY(QString chosenProblem READ chosenProblem NOTIFY chosenChanged)
    Q_PROPERTY(QVariantList details READ details NOTIFY chosenChanged) ///< of {"name", "value"}
    Q_PROPERTY(QString checkText READ checkText NOTIFY checkChanged)   ///< what came of reading all of its bytes; empty: nobody asked
    Q_PROPERTY(bool checking READ checking NOTIFY checkChanged)
    Q_PROPERTY(bool canLoad READ canLoad NOTIFY chosenChanged)
    Q_PROPERTY(bool isLoaded READ isLoaded NOTIFY chosenChanged)
    Q_PROPERTY(bool canRemove READ canRemove NOTIFY chosenChanged)
    Q_PROPERTY(QString removalText READ removalText NOTIFY chosenChanged) ///< what deleting would free
    Q_PROPERTY(bool noTrash READ noTrash NOTIFY noTrashChanged)           ///< the waste bin did not take it: only for good is left
    Q_PROPERTY(bool offline READ offline WRITE setOffline NOTIFY networkChanged)
    Q_PROPERTY(QString proxy READ proxy NOTIFY networkChanged)
    Q_PROPERTY(QString mirror READ mirror NOTIFY networkChanged)
    Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)
    Q_PROPERTY(QVariantList connections READ connections NOTIFY connectionsChanged) ///< of {"time", "words", "refused"}, latest first

public:
    LibraryViewModel(app::ModelServices &services, app::ChatController &controller, QObject *parent = nullptr);

    ModelListModel *models() { return &m_models; }
    DownloadListModel *downloads() { return &m_downloads; }
    ForecastModel *forecast() { return &m_forecast; }
    QVariantList catalogue() const;
    bool scanning() const { return m_services.library.isScanning(); }
    QStringList folders() const;
    QString chosen() const { return m_chosen; }
    QString chosenName() const;
    QString chosenProblem() const;
    QVariantList details() const;
    QString checkText() const;
    bool checking() const { return m_check == Checked::kReading; }
    bool canLoad() const;
    bool isLoaded() const;
    bool canRemove() const;
    QString removalText() const;
    bool noTrash() const { return m_noTrash; }
    bool offline() const { return m_services.gate.settings().offline; }
    void setOffline(bool offline);
    QString proxy() const { return m_services.gate.settings().proxy; }
    QString mirror() const { return m_services.gate.settings().mirror; }
    QString problem() const { return m_problem; }
    QVariantList connections() const;
    /// The language of the interface has changed.
    void retranslate();

    /// The page is shown: looks for what is new.
    Q_INVOKABLE void open();
    Q_INVOKABLE void choose(const QString &file);
    Q_INVOKABLE void load();
    Q_INVOKABLE void addFolder(const QUrl &folder);
    Q_INVOKABLE void removeFolder(int index);
    Q_INVOKABLE void addFiles(const QList<QUrl> &files);
    /// Takes model files out of what was dropped on the window, and returns the rest.
    Q_INVOKABLE QList<QUrl> takeDropped(const QList<QUrl> &files);
    Q_INVOKABLE void remove(bool forGood);
    /// Reads all bytes of the chosen model and holds them against what the catalogue lists, or against what they were before.
    Q_INVOKABLE void checkFile();

    /// False: the text names nothing that can be fetched; `problem` says so.
    Q_INVOKABLE bool fetch(const QString &source);
    Q_INVOKABLE void fetchListed(const QString &id);
    Q_INVOKABLE void pause(qint64 download) { m_services.queue.pause(download); }
    Q_INVOKABLE void resume(qint64 download) { m_services.queue.resume(download); }
    Q_INVOKABLE void forget(qint64 download) { m_services.queue.remove(download); }
    /// False: one of them is no address; nothing changed.
    Q_INVOKABLE bool setNetwork(const QString &proxy, const QString &mirror);
    Q_INVOKABLE void dismissProblem();

Q_SIGNALS:
    void scanningChanged();
    void foldersChanged();
    void chosenChanged();
    void noTrashChanged();
    void checkChanged();
    void networkChanged();
    void problemChanged();
    void connectionsChanged();
    void translated(); ///< the language of the interface has changed
    void loading();    ///< a model was chosen to be loaded: the page may go

private:
    enum class Checked
    {
        kNot,
        kReading,
        kListed,    ///< as the catalogue lists it
        kNotListed, ///< listed, and otherwise
        kAsBefore,
        kChanged,
        kFirst,
        kUnreadable,
    };

    void setCheck(Checked check);
    Checked verdict(app::ModelHashes::Check outcome) const;
    std::optional<app::ModelEntry> entry() const { return m_services.library.find(m_chosen); }
    void follow();
    void report(const QString &problem);
    void setNoTrash(bool none);

    app::ModelServices &m_services;
    app::ChatController &m_controller;
    ModelListModel m_models;
    DownloadListModel m_downloads;
    ForecastModel m_forecast;
    app::Catalogue m_catalogue;
    QString m_chosen;
    QString m_problem;
    bool m_noTrash = false;
    Checked m_check = Checked::kNot;
};

} // namespace conclave::ui
